/** Who the regulars are: found by name, number or letters, told apart by stage. */
import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../ui/icons";
import { Name, Text } from "../ui/text";
import { dayText, keeps, named } from "../ui/tier";
import type { RegularRow } from "../wire";
import { counted, number, words } from "../words";
import { lastHere, regularsAnswer } from "./answers";
import { Weeks } from "./charts";
import { currencyOf, type Props, Section, Stale, zoneOf } from "./panel";
import { FILTERS, type Filter, type Open } from "./state";

const FEW = 12; // rows of the paper's first look
const MORE = 50;

export function Regulars({ state, happen }: Props) {
  const { value: list } = state.pieces.list;
  const [shown, setShown] = useState(FEW);
  const people = list?.people ?? [];
  const counts = state.pieces.today.value?.counts;
  return (
    <Section
      id="regulars"
      wide="whole"
      question={words("screen.owner.regulars.question")}
      answer={counts === undefined ? null : regularsAnswer(counts)}
    >
      <Find text={state.query.text} label={words("screen.owner.find")} seek={(text) => happen({ kind: "sought", text })} slash />
      <Stages state={state} happen={happen} />
      <Stale state={state} happen={happen} piece={state.pieces.list} />
      {list !== null && list.people.length === 0 && <p class="lede">{words("screen.owner.none-found")}</p>}
      {people.length > 0 && <Table state={state} people={people.slice(0, shown)} />}
      {(list?.next != null || people.length > shown) && (
        <button
          type="button"
          class="btn"
          onClick={() => {
            setShown(shown + MORE);
            if (people.length < shown + MORE) happen({ kind: "more" });
          }}
        >
          {words("screen.owner.more")}
        </button>
      )}
      <p class="note">{words("screen.owner.regulars.note")}</p>
    </Section>
  );
}

interface FindProps {
  readonly text: string;
  readonly label: string;
  readonly seek: (text: string) => void;
  readonly slash?: boolean; // the key that comes here
}

export function Find({ text, label, seek, slash = false }: FindProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!slash || event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [slash]);
  return (
    <label class="find">
      <Icon name="find" />
      <span class="unseen">{label}</span>
      <input
        ref={input}
        type="search"
        value={text}
        placeholder={words("screen.owner.find.hint")}
        autocomplete="off"
        spellcheck={false}
        maxLength={120}
        onInput={(event) => seek(event.currentTarget.value)}
      />
    </label>
  );
}

function Stages({ state, happen }: Props) {
  const all: readonly (Filter | null)[] = [null, ...FILTERS];
  return (
    <div class="stages" role="group" aria-label={words("screen.owner.stages")}>
      {all.map((stage) => (
        <button
          key={stage ?? "all"}
          type="button"
          aria-pressed={state.query.stage === stage}
          onClick={() => happen({ kind: "staged", stage })}
        >
          {words(`screen.owner.stage.${stage ?? "all"}`)}
        </button>
      ))}
    </div>
  );
}

function Table({ state, people }: { state: Open; people: readonly RegularRow[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words("screen.owner.column.name")}</th>
          <th scope="col" class="wide">
            {words("screen.owner.column.usual")}
          </th>
          <th scope="col">{words("screen.owner.column.rhythm")}</th>
          <th scope="col" class="wide">
            {words("screen.owner.column.weeks")}
          </th>
          <th scope="col" class="end wide">
            {words("screen.owner.column.visits")}
          </th>
          <th scope="col" class="end">
            {words("screen.owner.column.last")}
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <Row key={person.id} state={state} person={person} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ state, person }: { state: Open; person: RegularRow }) {
  return (
    <tr>
      <th scope="row">
        <a class="name" href={`#person=${person.id}`} title={person.name}>
          <Name>{person.name}</Name>
        </a>
        <StageMark person={person} />
        <Losing person={person} currency={currencyOf(state)} />
      </th>
      <td class="wide">{person.usual === null ? words("screen.owner.ask") : <Text>{person.usual}</Text>}</td>
      <td>{rhythm(person)}</td>
      <td class="wide">
        <Weeks weeks={person.weeks} />
      </td>
      <td class="end figures wide">{number(person.visits)}</td>
      <td class="end figures">{lastHere(person.last_at, Date.now(), zoneOf(state))}</td>
    </tr>
  );
}

/** Whose tier ends within a month, and what keeps it. */
function Losing({ person: { losing }, currency }: { person: RegularRow; currency: string }) {
  if (losing === null || losing.last === null) return null;
  const ends = words("screen.owner.tier.ends", { tier: named(losing.tier.name), by: dayText(losing.last, Date.now()) });
  return (
    <small class="losing">
      <Icon name="alert" />
      <span>
        <Text>{keeps(losing, currency, Date.now()) ?? ends}</Text>
      </span>
    </small>
  );
}

export function rhythm({ every }: RegularRow): string {
  return every === null ? words("screen.owner.no-rhythm") : counted("screen.owner.rhythm", every);
}

/** Ring: becoming; disc: a regular, which needs no word in a list of regulars. */
export function StageMark({ person }: { person: RegularRow }) {
  if (person.stage === "regular" && !person.overdue) return null;
  const word = person.overdue ? words("screen.owner.late") : words(`screen.owner.stage.${person.stage}`);
  return (
    <small class={person.overdue ? "late" : ""}>
      <Icon name={person.overdue ? "alert" : "ring"} />
      {word}
    </small>
  );
}
