/** Why did this sale do nothing? The stations of the line with tick, cross or skipped; and what can be done. */
import { Icon, type IconName } from "../ui/icons";
import { Text } from "../ui/text";
import { amounts, moment } from "../ui/when";
import type { Station, Tills, Trace, Traces } from "../wire";
import { words } from "../words";
import { stationText, whyAnswer } from "./answers";
import { type Props, Section, Stale } from "./panel";
import { Picks } from "./picks";
import { Find } from "./regulars";

export function WhyNothing({ state, happen }: Props) {
  const { value } = state.pieces.why;
  const [only] = value?.sales ?? [];
  const one = state.number !== "" && only !== undefined;
  return (
    <Section id="why" question={words("screen.owner.why.question")} answer={answer(value, state.number, soldToday(state.pieces.tills.value))}>
      <form
        class="find"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          happen({ kind: "asked-why", number: String(new FormData(event.currentTarget).get("number") ?? "") });
        }}
      >
        <Icon name="find" />
        <label class="unseen" for="receipt">
          {words("screen.owner.why.number")}
        </label>
        <input id="receipt" name="number" value={state.number} placeholder={words("screen.owner.why.number")} maxLength={128} autocomplete="off" />
        <button type="submit" class="link">
          {words("screen.owner.why.ask")}
        </button>
      </form>
      <Stale state={state} happen={happen} piece={state.pieces.why} />
      {value !== null && !one && state.number === "" && <Nobodys traces={value} happen={happen} />}
      {value !== null && one && value.sales.map((sale) => <Told key={`${sale.source} ${sale.id}`} state={state} happen={happen} traces={value} sale={sale} />)}
      <p class="note" role="status">
        {state.notice === "assigned" && words("screen.owner.why.assigned")}
        {(state.notice === "failed" || state.notice === "refused") && words("screen.owner.failed.deed")}
      </p>
    </Section>
  );
}

function answer(value: Traces | null, number: string, sold: boolean): string | null {
  if (value === null) return null;
  const [first] = value.sales;
  if (number === "" && first !== undefined) return words("screen.owner.why.some");
  if (number === "") return words(sold ? "screen.owner.why.all-known" : "screen.owner.why.none-yet");
  return first === undefined ? words("screen.owner.why.no-such", { id: number }) : whyAnswer(first);
}

/** As far as is known: that nothing was sold is not said before the tills are read. */
function soldToday(told: Tills | null): boolean {
  return told === null || told.tills.some(({ today }) => today > 0);
}

/** The newest of today that are nobody's: each leads to its stations. */
function Nobodys({ traces, happen }: { traces: Traces; happen: Props["happen"] }) {
  return (
    <ul class="few nobodys">
      {traces.sales.map((sale) => (
        <li key={`${sale.source} ${sale.id}`}>
          <button type="button" class="link figures" onClick={() => happen({ kind: "asked-why", number: sale.id })}>
            {sale.id}
          </button>
          <span>{recognised(sale)}</span>
          <span class="end figures">{amounts([sale.total], sale.currency, sale.digits)[0]}</span>
        </li>
      ))}
    </ul>
  );
}

function recognised({ stations }: Trace): string {
  const found = stations.find(({ name }) => name === "recognised");
  return found === undefined ? "" : stationText(found.code, found.args);
}

interface ToldProps extends Props {
  readonly traces: Traces;
  readonly sale: Trace;
}

function Told({ state, happen, traces, sale }: ToldProps) {
  const [total] = amounts([sale.total], sale.currency, sale.digits);
  return (
    <>
      <p class="lede figures">{words("screen.list", { first: moment(sale.at, Date.now(), traces.timezone), second: total ?? "" })}</p>
      <ol class="trace">
        {sale.stations.map((station) => (
          <Stop key={station.name} station={station} />
        ))}
      </ol>
      {!sale.refund && (
        <p class="bts">
          <button type="button" class="btn yes" onClick={() => happen({ kind: "pick", sale })}>
            <Icon name="person" />
            {words("screen.owner.why.put")}
          </button>
          <button type="button" class="btn" disabled={state.busy} onClick={() => happen({ kind: "assign", sale, customer: null })}>
            {words("screen.owner.why.again")}
          </button>
        </p>
      )}
      {state.picking !== null && state.picking.sale.id === sale.id && <Pick state={state} happen={happen} sale={sale} />}
    </>
  );
}

const MARKS: Readonly<Record<Station["verdict"], IconName>> = { done: "check", failed: "x", skipped: "pause" };

function Stop({ station: { name, verdict, code, args } }: { station: Station }) {
  return (
    <li class={verdict}>
      <Icon name={MARKS[verdict]} />
      <b>
        {words(`screen.owner.station-name.${name}`)}
        <span class="unseen"> {words(`screen.owner.verdict.${verdict}`)}</span>
      </b>
      <span>
        <Text>{stationText(code, args)}</Text>
      </span>
    </li>
  );
}

const PICKS_MAX = 6;

function Pick({ state, happen, sale }: Props & { sale: Trace }) {
  const people = state.pieces.pick.value?.people.slice(0, PICKS_MAX) ?? [];
  return (
    <div class="pick" role="group" aria-label={words("screen.owner.why.put")}>
      <Find
        text={state.picking?.text ?? ""}
        label={words("screen.owner.why.whose")}
        seek={(text) => happen({ kind: "picked-for", text })}
      />
      <Picks people={people} label={words("screen.owner.why.theirs")} take={(customer) => happen({ kind: "assign", sale, customer })} />
      <button type="button" class="link" onClick={() => happen({ kind: "pick", sale: null })}>
        {words("screen.owner.why.leave")}
      </button>
    </div>
  );
}
