/** *Add a visit from a receipt*, as a pure function: what is written, and what became of it. */
import type { Answer } from "../api";
import { latin, minor } from "../money";
import type { CardClaim, CardReceipts, CardView } from "../wire";

const NUMBER_CHARS_MAX = 128;

export type ClaimFault = "total" | "time" | "none" | "several" | "late" | "often" | "unreachable";

export interface Claiming {
  readonly day: string;
  readonly time: string;
  readonly total: string; // as it is printed
  readonly number: string;
  readonly busy: boolean;
  readonly fault: ClaimFault | null;
  readonly done: boolean; // it is on the card
}

export type ClaimField = "day" | "time" | "total" | "number";

export type ClaimEvent =
  | { readonly kind: "open" }
  | { readonly kind: "edit"; readonly field: ClaimField; readonly value: string }
  | { readonly kind: "save" }
  | { readonly kind: "saved"; readonly answer: Answer<CardView> }
  | { readonly kind: "close" };

export interface ClaimEffect {
  readonly kind: "claim";
  readonly body: CardClaim;
}

/** Null: nothing is being claimed. */
type Step = readonly [Claiming | null, ...ClaimEffect[]];

const EMPTY = { time: "", total: "", number: "", busy: false, fault: null, done: false } as const;

export function claim(state: Claiming | null, event: ClaimEvent, receipts: CardReceipts | undefined): Step {
  if (event.kind === "open") return [receipts === undefined ? state : { ...EMPTY, day: receipts.days[0] ?? "" }];
  if (state === null || receipts === undefined) return [null];
  switch (event.kind) {
    case "edit":
      return [{ ...state, [event.field]: event.value, fault: null }];
    case "save":
      return save(state, receipts);
    case "saved":
      return [saved(state, event.answer)];
    case "close":
      return [null];
    default:
      return event satisfies never;
  }
}

function save(state: Claiming, { digits }: CardReceipts): Step {
  if (state.busy || state.done) return [state];
  const total = minor(state.total, digits);
  const number = latin(state.number).trim().slice(0, NUMBER_CHARS_MAX);
  if (state.time === "" && number === "") return [{ ...state, fault: "time" }];
  if (total === null || total === 0) return [{ ...state, fault: "total" }];
  const time = state.time === "" ? null : state.time.slice(0, "08:12".length);
  return [
    { ...state, busy: true, fault: null },
    { kind: "claim", body: { day: state.day, time, total, number: number === "" ? null : number } },
  ];
}

function saved(state: Claiming, answer: Answer<CardView>): Claiming {
  switch (answer.kind) {
    case "ok":
      return { ...state, busy: false, done: true };
    case "unreachable":
      return { ...state, busy: false, fault: "unreachable" };
    case "refused":
      return { ...state, busy: false, fault: refused(answer.status, answer.fault) };
    default:
      return answer satisfies never;
  }
}

function refused(status: number, { code, at }: { readonly code: string; readonly at: string }): ClaimFault {
  if (status === 429) return "often";
  if (status === 422) return at === "total" ? "total" : "time";
  if (code === "several") return "several";
  return code === "too-late" ? "late" : "none";
}
