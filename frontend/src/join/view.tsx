/** A card in half a minute: a name, how to be greeted, a number if they like. */
import { useEffect, useRef } from "preact/hooks";

import { Band } from "../ui/band";
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import type { Greeting } from "../wire";
import { words } from "../words";
import { More } from "./more";
import type { Form, JoinEvent, JoinState } from "./state";

export interface Props<S> {
  readonly state: S;
  readonly happen: (event: JoinEvent) => void;
}

/** They came by the link on a receipt; perhaps with a phone that has a card. */
export type Claims = "new" | "card" | null;

interface JoinProps<S> extends Props<S> {
  readonly claims: Claims;
}

export function Join({ state, happen, claims }: JoinProps<JoinState>) {
  return (
    <div class="phone greet">
      <Band cloth="greet" />
      <div class="edge" aria-hidden="true" />
      <Page state={state} happen={happen} claims={claims} />
    </div>
  );
}

function Page({ state, happen, claims }: JoinProps<JoinState>) {
  switch (state.kind) {
    case "opening":
      return <main aria-busy="true" />;
    case "used":
      return <Message title={words("screen.join.used")}>{words("screen.join.used.sub")}</Message>;
    case "unreachable":
      return (
        <Message title={words("screen.join.unreachable")} again={() => happen({ kind: "again" })}>
          {words("screen.join.unreachable.sub")}
        </Message>
      );
    case "form":
      return <Fields state={state} happen={happen} claims={claims} />;
    default:
      return state satisfies never;
  }
}

function Message({ title, children, again }: { title: string; children: string; again?: () => void }) {
  return (
    <main>
      <h1>{title}</h1>
      <p class="lede">{children}</p>
      {again !== undefined && (
        <button type="button" class="save" onClick={again}>
          {words("screen.join.again")}
        </button>
      )}
    </main>
  );
}

const GREETINGS: readonly Greeting[] = ["full", "name", "points", "none"];

function Fields({ state, happen, claims }: JoinProps<Form>) {
  const { view, fault, busy } = state;
  return (
    <main>
      <h1>
        <Text>{words("screen.join.heading", { shop: view.shop })}</Text>
      </h1>
      <p class="lede">{words("screen.join.lede")}</p>
      {claims !== null && <p class="lede">{words("screen.join.claim")}</p>}
      {claims === "card" && (
        <p class="lede">
          <a href="/card.html#&claim">{words("screen.join.claim.card")}</a>
        </p>
      )}
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          happen({ kind: "save" });
        }}
      >
        <Field name="name" state={state} happen={happen} />
        <fieldset aria-describedby={fault === "greeting" ? "fault" : undefined}>
          <legend>{words("screen.join.greeting")}</legend>
          {GREETINGS.map((greeting) => (
            <Option key={greeting} greeting={greeting} state={state} happen={happen} />
          ))}
        </fieldset>
        <Field name="phone" state={state} happen={happen} />
        {view.friends && <Field name="brought" state={state} happen={happen} />}
        <More state={state} happen={happen} />
        <p class="fault" id="fault" role="alert">
          {fault !== null && words(`screen.join.fault.${fault}`)}
        </p>
        <button type="submit" class="save" aria-disabled={busy}>
          <Icon name="check" />
          {words("screen.join.save")}
        </button>
      </form>
      <p class="note">{words("screen.join.note")}</p>
    </main>
  );
}

function Option({ greeting, state, happen }: Props<Form> & { greeting: Greeting }) {
  const chosen = state.greeting === greeting;
  return (
    <label class={chosen ? "option chosen" : "option"}>
      <input type="radio" name="greeting" checked={chosen} onChange={() => happen({ kind: "greeting", greeting })} />
      <span>{words(`screen.join.greeting.${greeting}`)}</span>
    </label>
  );
}

function Field({ name, state, happen }: Props<Form> & { name: "name" | "phone" | "brought" }) {
  const { fault } = state;
  const faulty = fault === name || (name === "phone" && fault === "taken");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (faulty) input.current?.focus();
  }, [faulty]);
  return (
    <label class="field">
      <span>{words(`screen.join.${name}`)}</span>
      <input
        ref={input}
        name={name}
        dir="auto"
        inputMode={name === "phone" ? "tel" : "text"}
        value={state[name]}
        autocomplete={name === "phone" ? "tel" : name === "brought" ? "off" : "given-name"}
        maxLength={120}
        aria-invalid={faulty}
        aria-describedby={faulty ? "fault" : undefined}
        onInput={(event) => happen({ kind: "edit", field: name, value: event.currentTarget.value })}
      />
    </label>
  );
}
