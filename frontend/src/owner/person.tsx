/** One person: what is known of them and why, how it was learned, and how to hand it over or end it. */
import { entryText } from "../ui/entries";
import { Icon } from "../ui/icons";
import { Lots } from "../ui/lots";
import { Name, Text } from "../ui/text";
import { amounts, moment } from "../ui/when";
import type { CueOut, PersonPage, VisitOut } from "../wire";
import { counted, signed, words } from "../words";
import { Weeks } from "./charts";
import { type Props, Section, Stale } from "./panel";
import { rhythm, StageMark } from "./regulars";
import { Right, Righted, Whom } from "./mending";
import { Tier } from "./tier";

interface KnownProps extends Props {
  readonly page: PersonPage;
}

export function Person({ state, happen }: Props) {
  const { value } = state.pieces.person;
  return (
    <>
      <header class="panel head">
        <p class="eye">
          <a href="#regulars">{words("screen.owner.person.back")}</a>
        </p>
        <h1>{value === null ? "\u00a0" : <Name>{value.person.name}</Name>}</h1>
        <Stale state={state} happen={happen} piece={state.pieces.person} />
        {value !== null && <Standing page={value} />}
        <Righted state={state} happen={happen} />
      </header>
      {value !== null && <Known state={state} happen={happen} page={value} />}
    </>
  );
}

function Standing({ page: { row, person } }: { page: PersonPage }) {
  return (
    <>
      <p class="standing">
        <StageMark person={row} />
        {row.stage === "regular" && !row.overdue && <span>{words("screen.owner.stage.regular")}</span>}
        <span>{rhythm(row)}</span>
        <span>{counted("screen.owner.person.visits", row.visits)}</span>
        <span>{counted("screen.owner.person.points", person.points)}</span>
        <Weeks weeks={row.weeks} />
      </p>
      <Lots {...person} />
    </>
  );
}

function Known({ state, happen, page }: KnownProps) {
  return (
    <>
      <Habit page={page} />
      <Greeting page={page} />
      <Tier state={state} happen={happen} page={page} />
      <Visits state={state} happen={happen} page={page} />
      <div class="beside">
        <Cues page={page} />
        <Entries page={page} />
      </div>
      <Right state={state} happen={happen} page={page} />
      <Hand state={state} happen={happen} page={page} />
    </>
  );
}

function Habit({ page: { row, person, habits } }: { page: PersonPage }) {
  const { usual } = person.recognition;
  const answer = row.usual ?? words("screen.owner.person.no-usual");
  return (
    <Section id="habit" question={words("screen.owner.person.usual")} answer={answer}>
      {row.usual !== null && (
        <p class="lede">
          <Text>{usual.because}</Text>. {words(usual.say ? "screen.owner.person.said" : "screen.owner.person.asked")}
        </p>
      )}
      <ul class="few habits">
        {habits.map(({ item, n, of }) => (
          <li key={item}>
            <Text>{item}</Text>
            <meter min={0} max={of} value={n} aria-label={words("screen.owner.person.share", { n, of })} />
            <span class="end figures">{words("screen.owner.person.share", { n, of })}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Greeting({ page: { person, marks, card } }: { page: PersonPage }) {
  return (
    <Section
      id="greeting"
      question={words("screen.owner.person.greeting")}
      answer={words(`screen.card.greet.${person.greeting}`)}
    >
      <ul class="few">
        <li>
          <span>{words("screen.card.mark.card")}</span>
          <b class="figures">{`${card.slice(0, 4)} ${card.slice(4)}`}</b>
        </li>
        {person.identifiers.map(({ kind, value }) => (
          <li key={`${kind} ${value}`}>
            <span>{words(`screen.card.mark.${kind}`)}</span>
            <b>{kind === "fingerprint" ? words("screen.card.mark.scrambled") : value}</b>
          </li>
        ))}
      </ul>
      <p class="note">{counted("screen.owner.person.marks", marks.length)}</p>
    </Section>
  );
}

const SHOWN_MAX = 12;

/** Whether it is asked whose this visit was. */
function moves({ righting }: Props["state"], { sales }: VisitOut): boolean {
  return righting?.kind === "move" && righting.sales[0]?.id === sales[0]?.id && righting.sales[0]?.source === sales[0]?.source;
}

function Visits({ state, happen, page }: KnownProps) {
  const { person, currency, digits, timezone } = page;
  const shown = person.visits.slice(0, SHOWN_MAX);
  const { visits } = person.recognition;
  const unlearned = visits === 0 && shown.length > 0; // they did not agree to be remembered
  const answer = unlearned ? words("screen.owner.person.unlearned") : counted("screen.owner.person.visits", visits);
  const totals = amounts(
    shown.map(({ total }) => total),
    currency,
    digits);
  return (
    <Section
      id="visits"
      question={words("screen.owner.person.when")}
      answer={answer}
    >
      <ul class="few visits">
        {shown.map((visit, i) => (
          <li key={visit.at}>
            <span class="figures">{moment(visit.at, Date.now(), timezone)}</span>
            <Text>{visit.lines.map(({ name }) => name).join(", ")}</Text>
            <span class="end figures">{totals[i]}</span>
            <button type="button" class="link" disabled={state.busy} onClick={() => happen({ kind: "right-visit", sales: visit.sales })}>
              {words("screen.owner.right.move")}
              <span class="unseen"> {moment(visit.at, Date.now(), timezone)}</span>
            </button>
            {moves(state, visit) && <Whom state={state} happen={happen} page={page} />}
          </li>
        ))}
      </ul>
      {person.visits.length > SHOWN_MAX && <p class="note">{words("screen.owner.person.copy-has-all")}</p>}
    </Section>
  );
}

function Cues({ page: { person, timezone } }: { page: PersonPage }) {
  const shown = person.cues.slice(0, SHOWN_MAX);
  const answer = counted("screen.owner.person.cues", person.cues.length);
  return (
    <Section id="cues" question={words("screen.owner.person.told")} answer={answer}>
      <ul class="few cues">
        {shown.map((cue) => (
          <li key={cue.at}>
            <p>
              <bdi>
                <Text>{cue.say}</Text>
              </bdi>
              <small class="figures">{moment(cue.at, Date.now(), timezone)}</small>
            </p>
            <span class="end">{outcome(cue)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const OUTCOMES = ["usual", "other", "wrong-person", "redeemed", "dismissed", "expired"] as const;

/** To a sentence that offered nothing, "usual" and "other" both only say: done. */
function outcome({ outcome: said, offer }: CueOut): string {
  if (!offer && (said === "usual" || said === "other")) return words("screen.owner.outcome.greeted");
  const known = OUTCOMES.find((it) => it === said);
  return words(known === undefined ? "screen.owner.outcome.open" : `screen.owner.outcome.${known}`);
}

function Entries({ page: { person, timezone } }: { page: PersonPage }) {
  const answer = counted("screen.owner.person.points", person.points);
  return (
    <Section id="entries" question={words("screen.owner.person.entries")} answer={answer}>
      <ul class="few">
        {person.entries.slice(0, SHOWN_MAX).map((entry, i) => (
          <li key={i}>
            <span class="figures">{moment(entry.at, Date.now(), timezone)}</span>
            <span>{entryText(entry.reason)}</span>
            <span class="end figures">{signed(entry.points)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Hand({ state, happen, page }: KnownProps) {
  return (
    <Section
      id="hand"
      wide="whole"
      question={words("screen.owner.person.end")}
      answer={words("screen.owner.person.end.answer")}
    >
      <p class="bts">
        <button type="button" class="btn" disabled={state.busy} onClick={() => happen({ kind: "copy" })}>
          <Icon name="down" />
          {words("screen.card.end.copy")}
        </button>
        {!state.erasing && (
          <button type="button" class="btn bad" onClick={() => happen({ kind: "erase", asked: true })}>
            <Icon name="bin" />
            {words("screen.owner.person.erase")}
          </button>
        )}
      </p>
      {state.erasing && (
        <div class="sure" role="group" aria-label={words("screen.owner.person.erase")}>
          <p>
            <Text>{counted("screen.owner.person.erase.lost", page.person.points, { name: `\u2068${page.person.name}\u2069` })}</Text>
          </p>
          <p class="bts">
            <button type="button" class="btn" onClick={() => happen({ kind: "erase", asked: false })}>
              {words("screen.owner.person.keep")}
            </button>
            <button type="button" class="btn bad full" disabled={state.busy} onClick={() => happen({ kind: "erase-now" })}>
              {words("screen.owner.person.erase")}
            </button>
          </p>
        </div>
      )}
      <p class="note" role="status">
        {state.notice === "failed" && words("screen.owner.failed.deed")}
      </p>
    </Section>
  );
}
