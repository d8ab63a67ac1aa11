/** Who the regulars are: found by name, told apart by stage. */
import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../ui/icons";
import { Name, Text } from "../ui/text";
import type { PersonRow } from "../wire";
import { words } from "../words";
import { lastHere, regularsAnswer } from "./answers";
import { LANGUAGE, Section, zoneOf } from "./panel";
import { type Opened, type OwnerEvent, type Stage, STAGES } from "./state";

interface Props {
  readonly state: Opened;
  readonly happen: (event: OwnerEvent) => void;
}

export function Regulars({ state, happen }: Props) {
  const { list } = state;
  return (
    <Section id="regulars" question={words("screen.owner.regulars.question")} answer={regularsAnswer(state)}>
      <Find state={state} happen={happen} />
      <Stages state={state} happen={happen} />
      {list !== null && list.people.length === 0 && <p class="lede">{words("screen.owner.none-found")}</p>}
      {list !== null && list.people.length > 0 && <Table state={state} people={list.people} />}
      {list?.next != null && (
        <button type="button" class="btn" onClick={() => happen({ kind: "more" })}>
          {words("screen.owner.more")}
        </button>
      )}
      <p class="note">{words("screen.owner.regulars.note")}</p>
    </Section>
  );
}

function Find({ state, happen }: Props) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const slash = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", slash);
    return () => removeEventListener("keydown", slash);
  }, []);
  return (
    <label class="find">
      <Icon name="find" />
      <span class="unseen">{words("screen.owner.find")}</span>
      <input
        ref={input}
        type="search"
        value={state.query.text}
        placeholder={words("screen.owner.find.hint")}
        autocomplete="off"
        spellcheck={false}
        maxLength={120}
        onInput={(event) => happen({ kind: "sought", text: event.currentTarget.value })}
      />
    </label>
  );
}

function Stages({ state, happen }: Props) {
  const all: readonly (Stage | null)[] = [null, ...STAGES];
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

function Table({ state, people }: { state: Opened; people: readonly PersonRow[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words("screen.owner.column.name")}</th>
          <th scope="col" class="wide">
            {words("screen.owner.column.usual")}
          </th>
          <th scope="col" class="end">
            {words("screen.owner.column.visits")}
          </th>
          <th scope="col" class="end wide">
            {words("screen.owner.column.points")}
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

function Row({ state, person }: { state: Opened; person: PersonRow }) {
  return (
    <tr>
      <th scope="row">
        <span class="name" title={person.name}>
          <Name>{person.name}</Name>
        </span>
        <StageMark person={person} />
      </th>
      <td class="wide">{person.usual === null ? words("screen.owner.ask") : <Text>{person.usual}</Text>}</td>
      <td class="end figures">{person.visits}</td>
      <td class="end figures wide">{person.points}</td>
      <td class="end figures">{lastHere(person.last_at, Date.now(), zoneOf(state), LANGUAGE)}</td>
    </tr>
  );
}

/** Ring: becoming; disc: a regular, which needs no word in a list of regulars. */
function StageMark({ person }: { person: PersonRow }) {
  if (person.stage === "regular" && !person.overdue) return null;
  const word = person.overdue ? words("screen.owner.late") : words(`screen.owner.stage.${person.stage}`);
  return (
    <small class={person.overdue ? "late" : ""}>
      <Icon name={person.overdue ? "alert" : "ring"} />
      {word}
    </small>
  );
}
