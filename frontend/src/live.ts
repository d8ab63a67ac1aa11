/**
 * The counter's socket: no message is missed unseen, no dead link is taken for a live one.
 *
 * A pure function of what happened and when; socket.ts lends it a WebSocket. A number that does not follow the last
 * one, silence, or a tab that slept makes the screen say hello again, on the same socket. A fault never does: it is a
 * sign of life, and concerns what was sent.
 */
import type { CounterMessage } from "./wire";

export const RETRY_MS_MIN = 250;
export const RETRY_MS_MAX = 5_000;
export const CONNECT_MS_MAX = 8_000; // a handshake that takes longer is given up
export const SILENCE_MS_MAX = 10_000; // then hello is said without `after`, which is always answered
export const ANSWER_MS_MAX = 4_000; // and without an answer the link is dead
export const RESUME_MS_MAX = 1_000; // nothing missed is answered by silence, so ask sooner after a resume
export const SLEEP_MS = 5_000; // ticks further apart than this: the tab slept

export type Refusal = "unknown-key" | "other-shop";
export const CLOSED: Record<Refusal, number> = { "unknown-key": 4401, "other-shop": 4403 };

export interface Link {
  readonly phase: "down" | "connecting" | "greeted" | "up" | "refused";
  readonly seq: number | null; // number of the last message taken in
  readonly since: number; // when the phase last turned to or from "up"
  readonly tries: number;
  readonly retryAt: number; // down: connect then
  readonly askAt: number; // greeted, up: say hello again then
  readonly deadAt: number; // connecting, or asked: drop the link then
  readonly gap: boolean; // a missing message was asked for
  readonly tickAt: number;
  readonly refusal: Refusal | null;
}

export type LinkEvent =
  | { readonly kind: "opened" }
  | { readonly kind: "received"; readonly message: CounterMessage | null } // null: nothing we know
  | { readonly kind: "closed"; readonly code: number }
  | { readonly kind: "tick" }
  | { readonly kind: "nudge" } // the network came back, or somebody pressed "Try now"
  | { readonly kind: "cut" }; // the network is gone

export type LinkAction =
  | { readonly kind: "connect" }
  | { readonly kind: "drop" }
  | { readonly kind: "hello"; readonly after: number | null }
  | { readonly kind: "deliver"; readonly message: CounterMessage };

type Step = readonly [Link, ...LinkAction[]];

const NEVER = Number.POSITIVE_INFINITY;

export function unlinked(at: number): Link {
  return {
    phase: "down",
    seq: null,
    since: at,
    tries: 0,
    retryAt: at,
    askAt: NEVER,
    deadAt: NEVER,
    gap: false,
    tickAt: at,
    refusal: null,
  };
}

/** `chance` is between 0 and 1: the jitter of the next retry. */
export function step(link: Link, event: LinkEvent, at: number, chance: number): Step {
  if (link.phase === "refused") return [link];
  switch (event.kind) {
    case "opened":
      return [
        { ...link, phase: "greeted", gap: false, askAt: at + RESUME_MS_MAX, deadAt: at + ANSWER_MS_MAX },
        { kind: "hello", after: link.seq },
      ];
    case "received":
      return received(link, event.message, at);
    case "closed":
      return closed(link, event.code, at, chance);
    case "tick":
      return tick(link, at, chance);
    case "nudge":
      return nudged(link, at);
    case "cut":
      return link.phase === "down" ? [link] : [down(link, at, chance), { kind: "drop" }];
    default:
      return event satisfies never;
  }
}

function received(link: Link, message: CounterMessage | null, at: number): Step {
  const since = link.phase === "up" ? link.since : at;
  const heard: Link = { ...link, phase: "up", since, tries: 0, askAt: at + SILENCE_MS_MAX, deadAt: NEVER };
  if (message === null) return [heard];
  const deliver = { kind: "deliver", message } as const;
  switch (message.type) {
    case "snapshot":
      return [{ ...heard, seq: message.seq, gap: false }, deliver];
    case "cue":
    case "closed":
      if (link.seq !== null && message.seq <= link.seq) return [heard];
      if (message.prev !== link.seq) return missed(link, heard, at);
      return [{ ...heard, seq: message.seq, gap: false }, deliver];
    case "fault":
      return link.gap ? [waiting(link, heard), deliver] : [heard, deliver];
    default:
      return message satisfies never;
  }
}

/** Asked once; further messages beyond the gap wait for the answer, and the answer has its own time. */
function missed(link: Link, heard: Link, at: number): Step {
  if (link.gap) return [waiting(link, heard)];
  return [
    { ...heard, gap: true, askAt: at + RESUME_MS_MAX, deadAt: at + ANSWER_MS_MAX },
    { kind: "hello", after: link.seq },
  ];
}

function waiting(link: Link, heard: Link): Link {
  return { ...heard, askAt: link.askAt, deadAt: link.deadAt };
}

function closed(link: Link, code: number, at: number, chance: number): Step {
  const refusal = (["unknown-key", "other-shop"] as const).find((it) => CLOSED[it] === code);
  if (refusal === undefined) return [down(link, at, chance)];
  return [{ ...link, phase: "refused", since: at, refusal }];
}

function tick(link: Link, at: number, chance: number): Step {
  const slept = at - link.tickAt > SLEEP_MS;
  const ticked = { ...link, tickAt: at };
  switch (link.phase) {
    case "down":
      return at >= link.retryAt ? connecting(ticked, at) : [ticked];
    case "connecting":
      return at >= link.deadAt ? [down(ticked, at, chance), { kind: "drop" }] : [ticked];
    case "greeted":
    case "up":
      if (slept) return ask(ticked, at);
      if (at >= link.deadAt) return [down(ticked, at, chance), { kind: "drop" }];
      return at >= link.askAt ? ask(ticked, at) : [ticked];
    case "refused":
      return [ticked];
    default:
      return link.phase satisfies never;
  }
}

/** Without `after` there is always an answer: the whole of what is open. */
function ask(link: Link, at: number): Step {
  return [
    { ...link, askAt: NEVER, deadAt: at + ANSWER_MS_MAX },
    { kind: "hello", after: null },
  ];
}

function nudged(link: Link, at: number): Step {
  switch (link.phase) {
    case "down":
      return connecting(link, at);
    case "up":
    case "greeted":
      return ask(link, at);
    case "connecting":
    case "refused":
      return [link];
    default:
      return link.phase satisfies never;
  }
}

function connecting(link: Link, at: number): Step {
  return [{ ...link, phase: "connecting", deadAt: at + CONNECT_MS_MAX }, { kind: "connect" }];
}

function down(link: Link, at: number, chance: number): Link {
  const wait = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** link.tries) * (0.5 + chance / 2);
  const since = link.phase === "up" ? at : link.since;
  const tries = Math.min(link.tries + 1, 16);
  return { ...link, phase: "down", since, tries, retryAt: at + wait, askAt: NEVER, deadAt: NEVER, gap: false };
}
