/** Joining as a pure function: what a customer wrote on their own phone, and what became of it. */
import type { Answer } from "../api";
import type { Consents, Enrolled, Greeting, JoinForm, JoinView } from "../wire";

export type JoinFault = "name" | "greeting" | "phone" | "brought" | "birthday" | "taken" | "unreachable" | "slow";
export type Field = "name" | "phone" | "brought" | "spoken" | "day" | "month";

export interface Form {
  readonly kind: "form";
  readonly view: JoinView;
  readonly name: string;
  readonly phone: string;
  readonly brought: string; // the card of whoever brought them along
  readonly spoken: string; // how the name is said
  readonly day: string; // of the birthday, and its month: no year is asked for
  readonly month: string;
  readonly greeting: Greeting | null; // nothing is chosen for anybody
  readonly agreed: Partial<Consents>; // where they said otherwise than their greeting implies
  readonly fault: JoinFault | null;
  readonly busy: boolean;
}

export type JoinState =
  | { readonly kind: "opening" }
  | { readonly kind: "used" }
  | { readonly kind: "unreachable" }
  | Form;

export type JoinEvent =
  | { readonly kind: "opened"; readonly answer: Answer<JoinView> }
  | { readonly kind: "edit"; readonly field: Field; readonly value: string }
  | { readonly kind: "agree"; readonly to: keyof Consents; readonly yes: boolean }
  | { readonly kind: "greeting"; readonly greeting: Greeting }
  | { readonly kind: "save" }
  | { readonly kind: "saved"; readonly answer: Answer<Enrolled> }
  | { readonly kind: "again" };

export type JoinEffect =
  | { readonly kind: "open" }
  | { readonly kind: "join"; readonly body: JoinForm }
  | { readonly kind: "card"; readonly url: string };

type Refused = Extract<Answer<Enrolled>, { kind: "refused" }>;
export type JoinStep = readonly [JoinState, ...JoinEffect[]];

export function update(state: JoinState, event: JoinEvent): JoinStep {
  if (event.kind === "again") return [{ kind: "opening" }, { kind: "open" }];
  if (event.kind === "opened") return [opened(event.answer)];
  if (state.kind !== "form") return [state];
  switch (event.kind) {
    case "edit":
      return [{ ...state, [event.field]: event.value, fault: null }];
    case "greeting":
      return [{ ...state, greeting: event.greeting, agreed: {}, fault: null }];
    case "agree":
      return [{ ...state, agreed: { ...state.agreed, [event.to]: event.yes } }];
    case "save":
      return save(state);
    case "saved":
      return saved(state, event.answer);
    default:
      return event satisfies never;
  }
}

const EMPTY = {
  ...{ name: "", phone: "", brought: "", spoken: "", day: "", month: "" },
  ...{ greeting: null, agreed: {}, fault: null, busy: false },
};

/** Being greeted by name is being told apart; having the usual said is having orders learned. The rest is never implied. */
export function agreedTo({ greeting, agreed }: Form): Consents {
  const implied = { recognise: greeting === "full" || greeting === "name", remember: greeting === "full" };
  return { ...implied, messages: false, offers: false, ...agreed };
}

function opened(answer: Answer<JoinView>): JoinState {
  switch (answer.kind) {
    case "ok":
      return { kind: "form", view: answer.value, ...EMPTY };
    case "refused":
      return { kind: "used" };
    case "unreachable":
      return { kind: "unreachable" };
    default:
      return answer satisfies never;
  }
}

function save(form: Form): JoinStep {
  if (form.busy) return [form];
  const { greeting } = form;
  const name = form.name.trim();
  if (name === "") return [{ ...form, fault: "name" }];
  if (greeting === null) return [{ ...form, fault: "greeting" }];
  if ((form.day === "") !== (form.month === "")) return [{ ...form, fault: "birthday" }];
  const body: JoinForm = {
    ...{ name, greeting, phone: given(form.phone), brought_by: given(form.brought), spoken: given(form.spoken) },
    ...{ birthday: birthday(form), consents: agreedTo(form) },
  };
  return [
    { ...form, busy: true, fault: null },
    { kind: "join", body },
  ];
}

function given(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

function birthday({ day, month }: Form): string | null {
  return day === "" ? null : `${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function saved(form: Form, answer: Answer<Enrolled>): JoinStep {
  switch (answer.kind) {
    case "ok":
      return [form, { kind: "card", url: answer.value.card_url }];
    case "unreachable":
      return [{ ...form, busy: false, fault: "unreachable" }];
    case "refused":
      return refused(form, answer);
    default:
      return answer satisfies never;
  }
}

function refused(form: Form, { status, fault: { code, at } }: Refused): JoinStep {
  const failed = (fault: JoinFault): JoinStep => [{ ...form, busy: false, fault }];
  if (status === 401 || code === "used") return [{ kind: "used" }];
  if (status === 409) return failed("taken");
  if (status === 429) return failed("slow");
  if (at === "brought_by") return failed("brought");
  if (at === "birthday") return failed("birthday");
  return failed(at === "name" ? "name" : "phone");
}
