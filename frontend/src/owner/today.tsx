/** Today: the first sentence, who is expected, who is late, who is becoming a regular. */
import { Icon } from "../ui/icons";
import { Name, Text } from "../ui/text";
import { hour } from "../ui/when";
import type { BecomingRow, ExpectedRow, OverdueRow, Today as TodayTold } from "../wire";
import { counted, locale, words } from "../words";
import { becomingAnswer, expectedAnswer, headline, overdueAnswer, tillName } from "./answers";
import { Expected, pace, Rug } from "./charts";
import { type Props, Section, Stale, zoneOf } from "./panel";
import type { Open } from "./state";

export function Head({ state, happen }: Props) {
  const { value, at } = state.pieces.today;
  const timeZone = zoneOf(state);
  const now = value === null ? (at ?? Date.now()) : Date.parse(value.at);
  const day = new Intl.DateTimeFormat(locale(), { timeZone, weekday: "long", day: "numeric", month: "long" });
  return (
    <header class={value === null ? "panel head" : "panel head told"} id="today">
      <p class="eye figures">{words("screen.list", { first: day.format(now), second: hour(now, timeZone) })}</p>
      <h1>{value === null ? "\u00a0" : headline(value)}</h1>
      <Stale state={state} happen={happen} piece={state.pieces.today} />
      {value !== null && <Brief state={state} today={value} />}
    </header>
  );
}

const BRIEF_MAX = 3;

/** At most three lines: what is due, what is broken. */
function Brief({ state, today }: { state: Open; today: TodayTold }) {
  const quiet = state.pieces.tills.value?.tills.filter(({ silent }) => silent) ?? [];
  const lines = [
    ...today.due.slice(0, 2).map((name) => (
      <li key={name} class="celebrate">
        <Icon name="gift" />
        <p>
          <Text>{words("screen.owner.brief.due", { name: `\u2068${name}\u2069` })}</Text>
        </p>
      </li>
    )),
    ...quiet.map((till) => (
      <li key={`${till.source} ${till.till}`} class="inform">
        <Icon name="alert" />
        <p>
          {words("screen.owner.brief.silent", {
            till: tillName(till),
            time: hour(Date.parse(till.last_at), today.timezone),
          })}{" "}
          <a href="#tills">{words("screen.owner.brief.see")}</a>
        </p>
      </li>
    )),
  ];
  return lines.length === 0 ? null : <ul class="brief">{lines.slice(0, BRIEF_MAX)}</ul>;
}

export function ExpectedToday({ state, happen }: Props) {
  const { value } = state.pieces.today;
  const rows = shown(value?.expected ?? []);
  const now = value === null ? 0 : minutesNow(value);
  return (
    <Section
      id="expected"
      question={words("screen.owner.expected.question")}
      answer={value === null ? null : expectedAnswer(value, now)}
    >
      {value !== null && rows.length > 0 && <Expected rows={rows} now={now} />}
      {value !== null && value.expected_count > rows.length && (
        <p class="note">{words("screen.owner.and-more", { n: value.expected_count - rows.length })}</p>
      )}
      {rows.length > 0 && <p class="note">{words("screen.owner.expected.note")}</p>}
      <Stale state={state} happen={happen} piece={{ ...state.pieces.today, failed: false }} />
    </Section>
  );
}

const EXPECTED_MAX = 20;

/** Where there are many, those who came longest ago make room. */
function shown(rows: readonly ExpectedRow[]): readonly ExpectedRow[] {
  const spare = rows.length - EXPECTED_MAX;
  if (spare <= 0) return rows;
  const gone = new Set(rows.filter(({ arrived }) => arrived !== null).slice(0, spare));
  return rows.filter((row) => !gone.has(row)).slice(0, EXPECTED_MAX);
}

function minutesNow({ at, timezone }: TodayTold): number {
  const [hours, minutes] = hour(Date.parse(at), timezone).split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

const ROWS_MAX = 6;

export function Overdue({ state }: Props) {
  const { value } = state.pieces.today;
  const rows = value?.overdue.slice(0, ROWS_MAX) ?? [];
  const rest = (value?.overdue_count ?? 0) - rows.length;
  return (
    <Section
      id="overdue"
      question={words("screen.owner.overdue.question")}
      answer={value === null ? null : overdueAnswer(value)}
    >
      <ul class="few late">
        {rows.map((row) => (
          <Late key={row.id} row={row} />
        ))}
      </ul>
      {rest > 0 && <p class="note">{words("screen.owner.and-more", { n: rest })}</p>}
      {rows.length > 0 && <p class="note">{words("screen.owner.overdue.note")}</p>}
    </Section>
  );
}

function Late({ row }: { row: OverdueRow }) {
  return (
    <li>
      <p>
        <a class="name" href={`#person=${row.id}`} title={row.name}>
          <Name>{row.name}</Name>
        </a>
        <small>{counted("screen.owner.overdue.rhythm", row.every, { away: row.away })}</small>
      </p>
      <Rug marks={row.marks} away={row.away} />
    </li>
  );
}

export function Becoming({ state }: Props) {
  const { value } = state.pieces.today;
  const rows = value?.becoming.slice(0, ROWS_MAX) ?? [];
  const rest = (value?.counts.becoming ?? 0) - rows.length;
  return (
    <Section
      id="becoming"
      question={words("screen.owner.becoming.question")}
      answer={value === null ? null : becomingAnswer(value)}
    >
      <ul class="few">
        {rows.map((row) => (
          <On key={row.id} row={row} />
        ))}
      </ul>
      {rest > 0 && <p class="note">{words("screen.owner.and-more", { n: rest })}</p>}
      {rows.length > 0 && <p class="note">{words("screen.owner.becoming.note")}</p>}
    </Section>
  );
}

function On({ row }: { row: BecomingRow }) {
  return (
    <li>
      <a class="name" href={`#person=${row.id}`} title={row.name}>
        <Name>{row.name}</Name>
      </a>
      <span>{pace(row)}</span>
      <span class="end">{row.usual === null ? words("screen.owner.ask") : <Text>{row.usual}</Text>}</span>
    </li>
  );
}
