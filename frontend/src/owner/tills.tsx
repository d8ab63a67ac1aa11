/** Do the tills and screens work? Each with its last word; what could not be understood, with its reason. */
import { Icon } from "../ui/icons";
import { moment } from "../ui/when";
import type { AsideRow, ConnectionRow, TillRow, Tills as TillsTold } from "../wire";
import { counted, words } from "../words";
import { tillName, tillsAnswer } from "./answers";
import { Beat } from "./charts";
import { type Props, Section, Stale } from "./panel";
import type { Open } from "./state";

export function Tills({ state, happen }: Props) {
  const { value } = state.pieces.tills;
  return (
    <Section
      id="tills"
      question={words("screen.owner.tills.question")}
      answer={value === null ? null : tillsAnswer(value, troubled(state).map(({ title }) => title), (at) => when(at, value))}
    >
      <Stale state={state} happen={happen} piece={state.pieces.tills} />
      {value !== null && (
        <ul class="tills">
          {value.tills.map((till) => (
            <Till key={`${till.source} ${till.till}`} till={till} told={value} />
          ))}
          <Connected state={state} happen={happen} />
          <Screens told={value} />
        </ul>
      )}
      {value !== null && value.aside.length > 0 && <Aside state={state} happen={happen} told={value} />}
    </Section>
  );
}

function when(at: string, { timezone }: TillsTold): string {
  return moment(at, Date.now(), timezone);
}

function Till({ till, told }: { till: TillRow; told: TillsTold }) {
  return (
    <li>
      <p>
        <b>{tillName(till)}</b>
        <small>{till.source}</small>
      </p>
      <p class={till.silent ? "state bad" : "state good"}>
        <Icon name={till.silent ? "alert" : "check"} />
        {words(till.silent ? "screen.owner.tills.state.silent" : "screen.owner.tills.state.works")}
        <small class="figures">{words("screen.owner.tills.last", { time: when(till.last_at, told) })}</small>
      </p>
      <Beat hours={till.hours} first={till.first_hour} />
    </li>
  );
}

function connected({ pieces, shop }: Open): ConnectionRow[] {
  return pieces.connections.value?.connections.filter((row) => row.shop === shop) ?? [];
}

/** Those that want somebody. */
export function troubled(state: Open): ConnectionRow[] {
  return connected(state).filter(wrong);
}

function wrong({ state }: ConnectionRow): boolean {
  return state === "trouble";
}

/** What is connected through a vendor: whether it works, and in words what to do where it does not. */
function Connected({ state }: Props) {
  return (
    <>
      {connected(state).map((row) => (
        <li key={row.id} class="told">
          <p>
            <b>{row.title}</b>
            <small>{row.needs.join(", ")}</small>
          </p>
          <p class={row.state === "working" ? "state good" : wrong(row) ? "state bad" : "state warn"}>
            <Icon name={row.state === "working" ? "check" : "alert"} />
            {words(`screen.owner.connection.${row.state}`)}
            {row.troubles.map(({ message }) => (
              <small key={message} dir="auto">{message}</small>
            ))}
          </p>
        </li>
      ))}
    </>
  );
}

function Screens({ told: { screens } }: { told: TillsTold }) {
  const none = screens.length === 0;
  const where = screens.map((till) => (till === null ? words("screen.owner.tills.every") : words("screen.owner.tills.till", { till })));
  return (
    <li>
      <p>
        <b>{words("screen.owner.tills.screens")}</b>
        <small>{[...new Set(where)].join(", ")}</small>
      </p>
      <p class={none ? "state warn" : "state good"}>
        <Icon name={none ? "alert" : "check"} />
        {none ? words("screen.owner.tills.screens.none") : counted("screen.owner.tills.screens.some", screens.length)}
      </p>
    </li>
  );
}

const ASIDE_MAX = 8;

function Aside({ state, happen, told }: Props & { told: TillsTold }) {
  return (
    <>
      <h3>{words("screen.owner.aside.title")}</h3>
      <ul class="few aside">
        {told.aside.slice(0, ASIDE_MAX).map((row) => (
          <li key={row.id}>
            <p>
              {row.message}
              <small class="figures">{place(row, told)}</small>
            </p>
            <button type="button" class="btn" disabled={state.busy} onClick={() => happen({ kind: "replay", id: row.id })}>
              {words("screen.owner.aside.again")}
            </button>
          </li>
        ))}
      </ul>
      {told.aside_count > ASIDE_MAX && (
        <p class="note">{words("screen.owner.and-more", { n: told.aside_count - ASIDE_MAX })}</p>
      )}
      <p class="note" role="status">
        {state.notice === "replayed" && words("screen.owner.aside.done")}
        {state.notice === "refused" && words("screen.owner.aside.refused")}
      </p>
    </>
  );
}

function place({ at, field }: AsideRow, told: TillsTold): string {
  return field === "" ? when(at, told) : `${when(at, told)} · ${field}`;
}
