/** The two short forms of the counter: who is it, and a new card in ten seconds. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../ui/icons";
import { Closed, Qr } from "../ui/qr";
import { Name } from "../ui/text";
import type { Found, Join } from "../wire";
import { rich, words } from "../words";
import type { EnrolFault, EnrolPanel, Event, FindPanel } from "./model";

export const FORM = "panel"; // the form's id: its Save stands at the foot

interface Props<P> {
  readonly panel: P;
  readonly happen: (event: Event) => void;
}

export function Find({ panel, happen }: Props<FindPanel>) {
  return (
    <Form happen={happen} class="find">
      <Field name="text" label={label(panel)} value={panel.text} happen={happen} first words />
      <Rows panel={panel} happen={happen} />
    </Form>
  );
}

function label({ purpose: { act } }: FindPanel): string {
  return words(act === "here" ? "screen.counter.find.label" : `screen.counter.right.find.${act}`);
}

/** Nobody is chosen by half a name: somebody has to choose, even from one. */
function Rows({ panel, happen }: Props<FindPanel>) {
  const { found, text, choose } = panel;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (choose) list.current?.querySelector("button")?.focus();
  }, [choose]);
  const people = found !== null && text.trim() !== "" ? found.people : [];
  return (
    <>
      <ul class="rows" ref={list} onKeyDown={along}>
        {people.map((one) => (
          <Row key={one.id} one={one} busy={panel.busy !== null} happen={happen} />
        ))}
      </ul>
      <p class="hint" role="status">
        {hint(panel)}
      </p>
    </>
  );
}

function hint({ found, text }: FindPanel): string {
  if (found === null || text.trim() === "") return words("screen.counter.find.hint");
  if (found.people.length === 0) return words("screen.counter.find.nobody");
  return words(found.more ? "screen.counter.find.more" : "screen.counter.find.choose");
}

function Row({ one, busy, happen }: { one: Found; busy: boolean; happen: (event: Event) => void }) {
  return (
    <li>
      <button type="button" class="b row" disabled={busy} onClick={() => happen({ kind: "pick", person: one.id })}>
        <Icon name={one.name === null ? "card" : "person"} />
        <span class="called">{one.name === null ? words("screen.counter.find.quiet") : <Name>{one.name}</Name>}</span>
        <span class="letters figures">{rich("screen.counter.find.letters", { letters: <b>{one.letters}</b> })}</span>
      </button>
    </li>
  );
}

/** Up and down the list, and from its top back to the field. */
function along(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = event.currentTarget as HTMLElement;
  if (step === undefined) return;
  event.preventDefault();
  const all = [...list.querySelectorAll("button")];
  const at = all.indexOf(document.activeElement as HTMLButtonElement) + step;
  const field = list.closest("form")?.querySelector("input");
  (at < 0 ? field : all[Math.min(at, all.length - 1)])?.focus();
}

export function Enrol({ panel, happen }: Props<EnrolPanel>) {
  const { fault, join } = panel;
  return (
    <Form happen={happen} class="enrol" beside={join !== null && <Scan join={join} />}>
      {join !== null && <h2 class="or">{words("screen.counter.enrol.or")}</h2>}
      <div class="pair">
        <Field
          name="name"
          label={words("screen.counter.enrol.name")}
          value={panel.name}
          fault={fault}
          happen={happen}
          first
          words
        />
        <Field
          name="phone"
          label={words("screen.counter.enrol.phone")}
          value={panel.phone}
          fault={fault}
          happen={happen}
        />
      </div>
      <Consent panel={panel} happen={happen} />
      <p class="fault" id="fault" role="alert">
        {fault !== null && words(`screen.counter.enrol.fault.${fault}`)}
      </p>
    </Form>
  );
}

/** What a customer types on their own phone stays theirs. */
function Scan({ join }: { join: Join }) {
  return (
    <div class="joins">
      <Qr path={join.qr} size={join.qr_size} label={words("screen.counter.enrol.code")} />
      <p>
        {words("screen.counter.enrol.scan")}
        <Closed url={join.url} />
      </p>
    </div>
  );
}

/** Asked aloud; neither answer stands there chosen. */
function Consent({ panel, happen }: Props<EnrolPanel>) {
  return (
    <fieldset aria-describedby={panel.fault === "answer" ? "fault" : undefined}>
      <legend>{words("screen.counter.enrol.ask")}</legend>
      <Answer yes panel={panel} happen={happen} />
      <Answer yes={false} panel={panel} happen={happen} />
    </fieldset>
  );
}

function Answer({ yes, panel, happen }: Props<EnrolPanel> & { yes: boolean }) {
  return (
    <button
      type="button"
      class="b choice"
      aria-pressed={panel.yes === yes}
      onClick={() => happen({ kind: "consent", yes })}
    >
      {words(yes ? "screen.counter.enrol.yes" : "screen.counter.enrol.no")}
    </button>
  );
}

interface FormProps {
  readonly happen: (event: Event) => void;
  readonly class: string;
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Form({ happen, children, beside, ...rest }: FormProps) {
  return (
    <div class={`main typed ${beside ? "twofold" : ""}`}>
      {beside}
      <form
        id={FORM}
        class={`form ${rest.class}`}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          happen({ kind: "submit" });
        }}
      >
        {children}
      </form>
    </div>
  );
}

interface FieldProps {
  readonly name: "text" | "name" | "phone";
  readonly label: string;
  readonly value: string;
  readonly happen: (event: Event) => void;
  readonly fault?: EnrolFault | null;
  readonly first?: boolean;
  readonly words?: boolean;
}

export function Field({ name, label, value, happen, fault, first, ...rest }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const faulty = fault === name || (name === "phone" && fault === "taken");
  useEffect(() => {
    if (first || faulty) input.current?.focus();
  }, [faulty]);
  const down = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown") return;
    input.current?.form?.querySelector<HTMLElement>(".rows button")?.focus();
  };
  return (
    <label class="field">
      <span>
        {label}
        {name === "phone" && <small> {words("screen.counter.enrol.optional")}</small>}
      </span>
      <input
        ref={input}
        name={name}
        dir="auto"
        inputMode={name === "phone" ? "tel" : "text"}
        value={value}
        autocomplete="off"
        autocapitalize={rest.words ? "words" : "none"}
        spellcheck={false}
        maxLength={120}
        aria-invalid={faulty}
        aria-describedby={faulty ? "fault" : undefined}
        onKeyDown={down}
        onInput={(event) => happen({ kind: "edit", field: name, value: event.currentTarget.value })}
      />
    </label>
  );
}
