/** What takes the glass instead of a cue: two short forms, a card just made, and sentences that say what to do. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { Code, Qr } from "../ui/qr";
import { Name, Text } from "../ui/text";
import { words } from "../words";
import { letter } from "./controls";
import { useFit } from "./fit";
import type { EnrolFault, EnrolPanel, Event, Panel } from "./model";

export const FORM = "panel"; // the form's id: its Save stands at the foot

interface Props<P> {
  readonly panel: P;
  readonly happen: (event: Event) => void;
  readonly space: string;
}

export function PanelMain({ panel, happen, space }: Props<Panel>) {
  switch (panel.kind) {
    case "find":
      return <Find panel={panel} happen={happen} space={space} />;
    case "enrol":
      return <Enrol panel={panel} happen={happen} space={space} />;
    case "made":
      return <Made panel={panel} />;
    case "stranger":
      return (
        <Sentence space={space}>
          {words(panel.phone === null ? "screen.counter.stranger.card" : "screen.counter.stranger.phone")}
        </Sentence>
      );
    case "wrong":
      return <Sentence space={space}>{words("screen.counter.wrong.who")}</Sentence>;
    case "notice":
      return <Sentence space={space}>{words(`screen.counter.${panel.notice}`)}</Sentence>;
    case "keys":
      return <Keys />;
    default:
      return panel satisfies never;
  }
}

/** One sentence of the house's own, and what else there is to know under it. */
export function Sentence({ children, sub, space }: { children: string; sub?: ComponentChildren; space: string }) {
  const box = useFit(1, [children, space]);
  return (
    <div class="main" role="status" ref={box}>
      <h1 class="say" tabIndex={-1}>
        <Text>{children}</Text>
      </h1>
      {sub !== undefined && <p class="sub">{sub}</p>}
    </div>
  );
}

function Find({ panel, happen }: Props<Extract<Panel, { kind: "find" }>>) {
  return (
    <Form happen={happen} class="find">
      <Field name="text" label={words("screen.counter.find.label")} value={panel.text} happen={happen} first capitals />
    </Form>
  );
}

function Enrol({ panel, happen }: Props<EnrolPanel>) {
  const { fault } = panel;
  return (
    <Form happen={happen} class="enrol">
      <div class="pair">
        <Field
          name="name"
          label={words("screen.counter.enrol.name")}
          value={panel.name}
          fault={fault}
          happen={happen}
          first
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

/** Asked aloud; neither answer stands there chosen. */
function Consent({ panel, happen }: Omit<Props<EnrolPanel>, "space">) {
  return (
    <fieldset aria-describedby={panel.fault === "answer" ? "fault" : undefined}>
      <legend>{words("screen.counter.enrol.ask")}</legend>
      <Answer yes panel={panel} happen={happen} />
      <Answer yes={false} panel={panel} happen={happen} />
    </fieldset>
  );
}

function Answer({ yes, panel, happen }: { yes: boolean; panel: EnrolPanel; happen: (event: Event) => void }) {
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
  readonly children: ComponentChildren;
}

function Form({ happen, children, ...rest }: FormProps) {
  return (
    <div class="main typed">
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
  readonly capitals?: boolean;
}

function Field({ name, label, value, happen, fault, first, capitals }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const faulty = fault === name || (name === "phone" && fault === "taken");
  useEffect(() => {
    if (first || faulty) input.current?.focus();
  }, [faulty]);
  return (
    <label class="field">
      <span>
        {label}
        {name === "phone" && <small> {words("screen.counter.enrol.optional")}</small>}
      </span>
      <input
        ref={input}
        name={name}
        inputMode={name === "phone" ? "tel" : "text"}
        value={value}
        autocomplete="off"
        autocapitalize={capitals ? "characters" : name === "name" ? "words" : "none"}
        spellcheck={false}
        maxLength={120}
        aria-invalid={faulty}
        aria-describedby={faulty ? "fault" : undefined}
        onInput={(event) => happen({ kind: "edit", field: name, value: event.currentTarget.value })}
      />
    </label>
  );
}

function Made({ panel }: { panel: Extract<Panel, { kind: "made" }> }) {
  const { name, made } = panel;
  return (
    <div class="main" role="status">
      <div class="made">
        <Qr path={made.qr} size={made.qr_size} label={words("screen.counter.made.sub")} />
        <div>
          <h1 class="who" tabIndex={-1}>
            <Name>{name}</Name>
          </h1>
          <p class="unseen">{words("screen.counter.made.code")}</p>
          <Code>{made.card}</Code>
          <p class="sub">{words("screen.counter.made.sub")}</p>
        </div>
      </div>
    </div>
  );
}

function Keys() {
  const keys: readonly (readonly [string, string])[] = [
    ["1 ↵", words("screen.counter.usual")],
    ["2", words("screen.counter.other")],
    ["3", words("screen.counter.wrong")],
    ["Esc", words("screen.counter.keys.dismiss")],
    [letter("why"), words("screen.counter.keys.why")],
    ["Tab", words("screen.counter.keys.next")],
    [letter("undo"), words("screen.counter.keys.undo")],
    [`${letter("find")} /`, words("screen.counter.find")],
    [letter("new"), words("screen.counter.new")],
    [letter("mute"), words("screen.counter.keys.mute")],
    ["?", words("screen.counter.keys.list")],
  ];
  return (
    <div class="main typed" role="status">
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
