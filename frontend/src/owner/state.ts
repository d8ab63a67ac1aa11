/** The owner's first page as a pure function: who the regulars are, who is late, who is becoming one. */
import type { Answer } from "../api";
import type { People, PersonRow, SetupDone, ShopRow, Shops } from "../wire";

export type Stage = PersonRow["stage"];
export const STAGES: readonly Stage[] = ["regular", "becoming", "known", "new"];

export interface Query {
  readonly text: string;
  readonly stage: Stage | null;
}

/** Who is asked for: everybody that fits a query, or one of the two groups that the answers are about. */
export type Asked = "list" | "regular" | "becoming";

export interface Rows {
  readonly people: readonly PersonRow[];
  readonly next: string | null; // there are more
}

export interface Opened {
  readonly kind: "open";
  readonly key: string;
  readonly shops: readonly ShopRow[];
  readonly query: Query;
  readonly turn: number; // of the query: an answer to an older one is passed over
  readonly list: Rows | null;
  readonly regular: Rows | null;
  readonly becoming: Rows | null;
  readonly at: number | null; // when the figures were fresh
  readonly failed: boolean;
}

export type OwnerState =
  | { readonly kind: "opening" }
  | { readonly kind: "locked"; readonly why: "no-key" | "refused" | "used" }
  | { readonly kind: "unreachable" }
  | Opened;

export type OwnerEvent =
  | { readonly kind: "started"; readonly key: string | null; readonly token: string | null }
  | { readonly kind: "set-up"; readonly answer: Answer<SetupDone> }
  | { readonly kind: "shops"; readonly key: string; readonly answer: Answer<Shops> }
  | {
      readonly kind: "people";
      readonly asked: Asked;
      readonly turn: number;
      readonly more: boolean;
      readonly answer: Answer<People>;
    }
  | { readonly kind: "sought"; readonly text: string }
  | { readonly kind: "staged"; readonly stage: Stage | null }
  | { readonly kind: "more" }
  | { readonly kind: "again" };

export type OwnerEffect =
  | { readonly kind: "set-up"; readonly token: string }
  | { readonly kind: "keep"; readonly key: string }
  | { readonly kind: "shops"; readonly key: string }
  | {
      readonly kind: "people";
      readonly key: string;
      readonly asked: Asked;
      readonly query: Query;
      readonly turn: number;
      readonly next: string | null;
    };

type Step = readonly [OwnerState, ...OwnerEffect[]];

export function update(state: OwnerState, event: OwnerEvent, at: number): Step {
  switch (event.kind) {
    case "started":
      if (event.token !== null) return [state, { kind: "set-up", token: event.token }];
      return event.key === null ? [{ kind: "locked", why: "no-key" }] : [state, { kind: "shops", key: event.key }];
    case "set-up":
      return setUp(event.answer);
    case "shops":
      return shops(state, event.key, event.answer);
    case "people":
      return [state.kind === "open" ? people(state, event, at) : state];
    case "sought":
      return sought(state, (query) => ({ ...query, text: event.text }));
    case "staged":
      return sought(state, (query) => ({ ...query, stage: event.stage }));
    case "more":
      return state.kind === "open" && state.list?.next ? [state, ask(state, "list", state.list.next)] : [state];
    case "again":
      return state.kind === "open" ? [state, ...everything(state)] : [state];
    default:
      return event satisfies never;
  }
}

function setUp(answer: Answer<SetupDone>): Step {
  switch (answer.kind) {
    case "ok": {
      const key = answer.value.owner_key;
      return [{ kind: "opening" }, { kind: "keep", key }, { kind: "shops", key }];
    }
    case "refused":
      return [{ kind: "locked", why: "used" }];
    case "unreachable":
      return [{ kind: "unreachable" }];
    default:
      return answer satisfies never;
  }
}

function shops(state: OwnerState, key: string, answer: Answer<Shops>): Step {
  if (state.kind === "open") return [state];
  switch (answer.kind) {
    case "ok": {
      const empty = { list: null, regular: null, becoming: null, at: null, failed: false };
      const query: Query = { text: "", stage: null };
      const open: Opened = { kind: "open", key, shops: answer.value.shops, query, turn: 0, ...empty };
      return [open, ...everything(open)];
    }
    case "refused":
      return [{ kind: "locked", why: "refused" }];
    case "unreachable":
      return [{ kind: "unreachable" }];
    default:
      return answer satisfies never;
  }
}

/** The last figures stay, with their time, when newer ones cannot be had. */
function people(state: Opened, event: Extract<OwnerEvent, { kind: "people" }>, at: number): OwnerState {
  const { asked, turn, more, answer } = event;
  if (asked === "list" && turn !== state.turn) return state;
  switch (answer.kind) {
    case "ok": {
      const before = more ? (state[asked]?.people ?? []) : [];
      const rows: Rows = { people: [...before, ...answer.value.people], next: answer.value.next };
      return { ...state, [asked]: rows, at, failed: false };
    }
    case "refused":
      return answer.status === 401 ? { kind: "locked", why: "refused" } : { ...state, failed: true };
    case "unreachable":
      return { ...state, failed: true };
    default:
      return answer satisfies never;
  }
}

function sought(state: OwnerState, change: (query: Query) => Query): Step {
  if (state.kind !== "open") return [state];
  const next: Opened = { ...state, query: change(state.query), turn: state.turn + 1 };
  return [next, ask(next, "list", null)];
}

function everything(state: Opened): OwnerEffect[] {
  return (["list", "regular", "becoming"] as const).map((asked) => ask(state, asked, null));
}

function ask({ key, query, turn }: Opened, asked: Asked, next: string | null): OwnerEffect {
  return { kind: "people", key, asked, query: asked === "list" ? query : { text: "", stage: asked }, turn, next };
}
