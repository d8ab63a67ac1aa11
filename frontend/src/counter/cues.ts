/** The open cues of this screen, folded from the service's messages; what is shown is the first. */
import type { Cue } from "../wire";

export const FADING = 0.8; // of its age; from here on the sentence steps back

export interface Open {
  readonly cue: Cue;
  readonly at: number; // service's clock, ms
  readonly expires: number;
}

export function opened(cue: Cue): Open {
  return { cue, at: Date.parse(cue.at), expires: Date.parse(cue.expires_at) };
}

/** A renewed cue keeps its place, so that nothing moves under somebody's finger. */
export function raise(cues: readonly Open[], cue: Cue): readonly Open[] {
  const open = opened(cue);
  return cues.some((it) => it.cue.id === cue.id)
    ? cues.map((it) => (it.cue.id === cue.id ? open : it))
    : [...cues, open];
}

export function close(cues: readonly Open[], id: string): readonly Open[] {
  return cues.filter((it) => it.cue.id !== id);
}

/** What the service says is open, in the order this screen already had. */
export function replace(cues: readonly Open[], now: readonly Cue[]): readonly Open[] {
  const kept = cues.flatMap((it) => now.filter((cue) => cue.id === it.cue.id));
  const added = now.filter((cue) => !cues.some((it) => it.cue.id === cue.id));
  return [...kept, ...added].map(opened);
}

/** Gone by its age: no name stays on the glass. */
export function expire(cues: readonly Open[], now: number): readonly Open[] {
  const left = cues.filter((it) => it.expires > now);
  return left.length === cues.length ? cues : left;
}

/** Brings one to the front; the others keep their order and every one its age. */
export function front(cues: readonly Open[], id: string): readonly Open[] {
  const chosen = cues.filter((it) => it.cue.id === id);
  return [...chosen, ...close(cues, id)];
}

/** The next one; the first goes to the end. */
export function rotate(cues: readonly Open[]): readonly Open[] {
  const [first, ...rest] = cues;
  return first === undefined ? cues : [...rest, first];
}

/** The part of its age that is used up, 0 to 1. */
export function spent({ at, expires }: Open, now: number): number {
  const age = expires - at;
  return age <= 0 ? 1 : Math.min(1, Math.max(0, (now - at) / age));
}
