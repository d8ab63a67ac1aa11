/** Who they are, as the shop has it, each with where it is from, and a way to write it anew. */
import languages from "virtual:words/card";

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { Name } from "../ui/text";
import { moment } from "../ui/when";
import type { CardAbout, CardKnows, Written } from "../wire";
import { locale, words } from "../words";
import { dayOf, type Field } from "./writing";
import { Part } from "./part";
import type { CardEvent, Shown } from "./state";

export interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
  readonly known: CardKnows;
}

export function About({ state, happen, known }: Props) {
  const { about } = known;
  const { refused, kept, writing } = state.knowing;
  return (
    <Part title="screen.card.about">
      <ul class="about">
        <Fact field="name" state={state} happen={happen} known={known} />
        <Fact field="spoken" state={state} happen={happen} known={known} />
        <Fact field="birthday" state={state} happen={happen} known={known} />
        <Plain title={words("screen.card.language")} note={words("screen.card.about.language.note")}>
          {languages[state.copy.view.language]?.name ?? state.copy.view.language}
        </Plain>
        <Plain title={words("screen.card.about.since")} note={words(`screen.card.about.joined.${about.joined}`)}>
          {moment(about.since, Date.now(), known.timezone)}
        </Plain>
      </ul>
      <p class="meta" role="status">
        {kept && words("screen.card.about.saved")}
        {refused && writing !== null && words("screen.card.failed")}
      </p>
    </Part>
  );
}

function Plain({ title, note, children }: { title: string; note: string; children: ComponentChildren }) {
  return (
    <li>
      <p>
        <span class="term">{title}</span>
        {children}
        <small>{note}</small>
      </p>
    </li>
  );
}

interface FactProps extends Props {
  readonly field: Field;
}

function Fact({ field, state, happen, known }: FactProps) {
  const value = known.about[field];
  const { writing, busy } = state.knowing;
  const title = words(`screen.card.about.${field}`);
  if (writing?.field === field) return <Writing field={field} state={state} happen={happen} known={known} />;
  return (
    <li>
      <p>
        <span class="term">{title}</span>
        {value === null ? words("screen.card.about.none") : <Value field={field} text={value} />}
        {source(field, known) !== null && <small>{source(field, known)}</small>}
      </p>
      <button
        type="button"
        class="link"
        disabled={busy || !state.fresh}
        aria-label={`${words("screen.card.about.edit")}: ${title}`}
        onClick={() => happen({ kind: "write", field, text: value ?? "" })}
      >
        {words("screen.card.about.edit")}
      </button>
    </li>
  );
}

function Value({ field, text }: { field: Field; text: string }) {
  return field === "birthday" ? <>{birthday(text)}</> : <Name>{text}</Name>;
}

/** Written on the card, or as it was when they joined; of what is not there nothing is said. */
export function source(what: Written, { about, timezone }: CardKnows): string | null {
  const written = about.written.find((one) => one.what === what);
  if (written !== undefined) {
    return words("screen.card.about.from.card", { day: moment(written.at, Date.now(), timezone) });
  }
  return isThere(what, about) ? words(`screen.card.about.from.${about.joined}`) : null;
}

function isThere(what: Written, about: CardAbout): boolean {
  return (what !== "spoken" && what !== "birthday") || about[what] !== null;
}

function Writing({ field, state, happen }: FactProps) {
  const { writing, busy } = state.knowing;
  if (writing === null) return null;
  const title = words(`screen.card.about.${field}`);
  return (
    <li>
      <form
        class="form writing"
        aria-label={title}
        onSubmit={(event) => {
          event.preventDefault();
          happen({ kind: "keep-it" });
        }}
      >
        <span class="term">{title}</span>
        {field === "birthday" ? (
          <Birthday text={writing.text} happen={happen} />
        ) : (
          <OneLine field={field} text={writing.text} refused={writing.refused} happen={happen} />
        )}
        {field !== "name" && <small id="writing-note">{words(`screen.card.about.${field}.note`)}</small>}
        <p id="writing-problem" class="problem" role="alert">
          {writing.refused && words("screen.card.about.refused")}
        </p>
        <p class="acts">
          <button type="button" onClick={() => happen({ kind: "leave" })}>
            {words("screen.card.about.leave")}
          </button>
          <button type="submit" class="main" disabled={busy}>
            {words("screen.card.about.save")}
          </button>
        </p>
      </form>
    </li>
  );
}

const CHARS_MAX = { name: 120, spoken: 60 } as const;

interface LineProps {
  readonly field: "name" | "spoken";
  readonly text: string;
  readonly refused: boolean;
  readonly happen: Props["happen"];
}

function OneLine({ field, text, refused, happen }: LineProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <input
      ref={input}
      type="text"
      value={text}
      dir="auto"
      maxLength={CHARS_MAX[field]}
      autocomplete={field === "name" ? "given-name" : "off"}
      aria-label={words(`screen.card.about.${field}`)}
      aria-invalid={refused}
      aria-describedby={field === "name" ? "writing-problem" : "writing-note writing-problem"}
      onInput={(event) => happen({ kind: "wrote", text: event.currentTarget.value })}
    />
  );
}

const MONTHS = Array.from({ length: 12 }, (_, month) => `${month + 1}`.padStart(2, "0"));
const DAYS = Array.from({ length: 31 }, (_, day) => `${day + 1}`.padStart(2, "0"));
const LEAP_YEAR = 2000;

function Birthday({ text, happen }: { text: string; happen: Props["happen"] }) {
  const chosen = dayOf(text);
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const wrote = (part: Partial<typeof chosen>) => {
    const { month, day } = { ...chosen, ...part };
    happen({ kind: "wrote", text: `${month}-${day}` });
  };
  return (
    <span class="birthday">
      <select
        ref={first}
        aria-label={words("screen.card.about.day")}
        value={chosen.day}
        onChange={(event) => wrote({ day: event.currentTarget.value })}
      >
        <option value="">{words("screen.card.about.day")}</option>
        {DAYS.map((day) => (
          <option key={day} value={day}>
            {Number(day)}
          </option>
        ))}
      </select>
      <select
        aria-label={words("screen.card.about.month")}
        value={chosen.month}
        onChange={(event) => wrote({ month: event.currentTarget.value })}
      >
        <option value="">{words("screen.card.about.month")}</option>
        {MONTHS.map((month) => (
          <option key={month} value={month}>
            {monthName(month)}
          </option>
        ))}
      </select>
    </span>
  );
}

function monthName(month: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", month: "long" };
  return new Intl.DateTimeFormat(locale(), options).format(Date.UTC(LEAP_YEAR, Number(month) - 1));
}

function birthday(text: string): string {
  const { month, day } = dayOf(text);
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(locale(), options).format(Date.UTC(LEAP_YEAR, Number(month) - 1, Number(day)));
}
