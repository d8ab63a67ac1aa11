/** The owner's page: a morning paper, every panel headed by its answer, its question in small type above. */
import { useEffect, useState } from "preact/hooks";

import { Band } from "../ui/band";
import { Icon, type IconName } from "../ui/icons";
import { Languages } from "../ui/languages";
import { Name, Text } from "../ui/text";
import { toggle } from "../ui/theme";
import type { PersonRow } from "../wire";
import { type Languages as All, type WordKey, words } from "../words";
import { becomingAnswer, headline, lastHere, nobody, overdue, overdueAnswer } from "./answers";
import { LANGUAGE, Section, zoneOf } from "./panel";
import { Regulars } from "./regulars";
import type { Opened, OwnerEvent, OwnerState } from "./state";

interface Props {
  readonly state: OwnerState;
  readonly happen: (event: OwnerEvent) => void;
  readonly languages: All;
  readonly choose: (language: string) => void;
}

export function Owner(props: Props) {
  const { state } = props;
  switch (state.kind) {
    case "opening":
      return <div class="greet" aria-busy="true" />;
    case "locked":
      return <Alone title={`screen.owner.locked.${state.why}`} sub="screen.owner.locked.sub" />;
    case "unreachable":
      return <Alone title="screen.owner.unreachable" sub="screen.owner.unreachable.sub" />;
    case "open":
      return <Page {...props} state={state} />;
    default:
      return state satisfies never;
  }
}

function Alone({ title, sub }: { title: WordKey; sub: WordKey }) {
  return (
    <div class="alone greet">
      <Band cloth="greet" />
      <main>
        <Brand />
        <h1>{words(title)}</h1>
        <p class="lede">{words(sub)}</p>
      </main>
    </div>
  );
}

interface Panel {
  readonly id: "regulars" | "overdue" | "becoming";
  readonly icon: IconName;
  readonly count: (state: Opened) => number | undefined;
}

const PANELS: readonly Panel[] = [
  { id: "regulars", icon: "person", count: ({ regular }) => regular?.people.length },
  { id: "overdue", icon: "alert", count: (state) => overdue(state).length || undefined },
  { id: "becoming", icon: "ring", count: ({ becoming }) => becoming?.people.length },
];

function Page({ state, happen, languages, choose }: Props & { state: Opened }) {
  return (
    <div class="app greet">
      <aside class="side">
        <Brand />
        <p class="shop">
          <Text>{state.shops.map((shop) => shop.name).join(" · ")}</Text>
        </p>
        <Sections state={state} />
        <p class="end">
          <Languages among={languages} label={words("screen.owner.language")} choose={choose} />
          <Theme />
        </p>
      </aside>
      <main class="page">
        <Band cloth="greet" />
        <div class="masthead">
          <Brand />
          <Theme />
        </div>
        <div class="columns">
          <Head state={state} happen={happen} />
          {nobody(state) ? <Empty /> : <Panels state={state} happen={happen} />}
        </div>
      </main>
    </div>
  );
}

function Panels({ state, happen }: { state: Opened; happen: Props["happen"] }) {
  return (
    <>
      <Regulars state={state} happen={happen} />
      <div class="beside">
        <People id="overdue" state={state} people={overdue(state)} answer={overdueAnswer(state)} />
        <People id="becoming" state={state} people={state.becoming?.people ?? []} answer={becomingAnswer(state)} />
      </div>
    </>
  );
}

function Brand() {
  return (
    <p class="brand">
      <svg class="mark" viewBox="0 0 44 16" aria-hidden="true">
        <circle cx="6" cy="10" r="4.5" />
        <circle cx="20" cy="10" r="4.5" />
        <circle class="full" cx="36" cy="8" r="7" />
      </svg>
      {words("screen.owner.title")}
    </p>
  );
}

function Theme() {
  return (
    <button type="button" class="ib" aria-label={words("screen.owner.theme")} onClick={toggle}>
      <Icon name="sun" />
    </button>
  );
}

function Sections({ state }: { state: Opened }) {
  const here = useFragment();
  return (
    <nav class="sections" aria-label={words("screen.owner.sections")}>
      {PANELS.map(({ id, icon, count }) => (
        <a
          key={id}
          href={`#${id}`}
          aria-current={here === id || (here === "" && id === "regulars") ? "true" : undefined}
        >
          <Icon name={icon} />
          {words(`screen.owner.${id}.name`)}
          <span class="count figures">{count(state)}</span>
        </a>
      ))}
    </nav>
  );
}

function useFragment(): string {
  const [fragment, setFragment] = useState(location.hash.slice(1));
  useEffect(() => {
    const turned = (): void => setFragment(location.hash.slice(1));
    addEventListener("hashchange", turned);
    return () => removeEventListener("hashchange", turned);
  }, []);
  return fragment;
}

function Head({ state, happen }: { state: Opened; happen: Props["happen"] }) {
  const timeZone = zoneOf(state);
  const at = state.at ?? Date.now();
  const day = new Intl.DateTimeFormat(LANGUAGE, { timeZone, weekday: "long", day: "numeric", month: "long" });
  return (
    <header class="panel head">
      <p class="eye figures">{`${day.format(at)}, ${hour(at, timeZone)}`}</p>
      <h1>{headline(state)}</h1>
      {state.failed && (
        <p class="stale" role="status">
          <Icon name="off" />
          {state.at === null
            ? words("screen.owner.failed")
            : words("screen.owner.as-of", { time: hour(state.at, timeZone) })}
          <button type="button" class="btn" onClick={() => happen({ kind: "again" })}>
            {words("screen.owner.again")}
          </button>
        </p>
      )}
    </header>
  );
}

function hour(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat(LANGUAGE, { timeZone, hour: "2-digit", minute: "2-digit" }).format(at);
}

function Empty() {
  return (
    <section class="panel whole">
      <p class="eye">{words("screen.owner.regulars.question")}</p>
      <h2>{words("screen.owner.empty")}</h2>
      <ul class="steps">
        <li>{words("screen.owner.empty.card")}</li>
        <li>{words("screen.owner.empty.till")}</li>
        <li>{words("screen.owner.empty.import")}</li>
      </ul>
    </section>
  );
}

interface PeopleProps {
  readonly id: "overdue" | "becoming";
  readonly state: Opened;
  readonly people: readonly PersonRow[];
  readonly answer: string | null;
}

const ROWS_MAX = 6;

function People({ id, state, people, answer }: PeopleProps) {
  const rest = people.length - ROWS_MAX;
  return (
    <Section id={id} question={words(`screen.owner.${id}.question`)} answer={answer}>
      <ul class="few">
        {people.slice(0, ROWS_MAX).map((person) => (
          <li key={person.id}>
            <b title={person.name}>
              <Name>{person.name}</Name>
            </b>
            <span>{person.usual !== null && <Text>{person.usual}</Text>}</span>
            <span class="figures">{lastHere(person.last_at, Date.now(), zoneOf(state), LANGUAGE)}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="note">{words("screen.owner.and-more", { n: rest })}</p>}
      {people.length > 0 && <p class="note">{words(`screen.owner.${id}.note`)}</p>}
    </Section>
  );
}
