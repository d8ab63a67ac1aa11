/** Check-ins that could not be sent: kept on this machine, in order, up to a limit, and sent with their time. */
import type { Presence } from "../wire";

export const KEPT_MAX = 200;

export interface Kept {
  readonly id: string; // of this screen only
  readonly checkin: Presence & { readonly at: string };
}

/** Full: the oldest makes room, since it is worth the least by now. */
export function keep(kept: readonly Kept[], one: Kept): readonly Kept[] {
  return [...kept, one].slice(-KEPT_MAX);
}

export function forget(kept: readonly Kept[], id: string): readonly Kept[] {
  return kept.filter((it) => it.id !== id);
}

export function write(kept: readonly Kept[]): string {
  return JSON.stringify(kept);
}

/** What another version of this page wrote may not be readable: then there is nothing to send. */
export function read(text: string | null): readonly Kept[] {
  if (text === null) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isKept).slice(-KEPT_MAX) : [];
  } catch {
    return [];
  }
}

function isKept(it: unknown): it is Kept {
  const { id, checkin } = (it ?? {}) as Partial<Kept>;
  return typeof id === "string" && typeof checkin?.shop === "string" && typeof checkin.at === "string";
}
