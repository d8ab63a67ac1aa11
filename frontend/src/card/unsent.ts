/** What waits to be sent, on this phone: there after it was switched off, and gone once the shop has it. */
import type { Outgoing } from "./telling";

const UNSENT = "regulars.unsent";

interface Kept {
  readonly token: string; // whose card it is
  readonly waiting: readonly Outgoing[];
}

export function readUnsent(token: string): readonly Outgoing[] {
  try {
    const kept = JSON.parse(localStorage.getItem(UNSENT) ?? "null") as Kept | null;
    return kept?.token === token ? kept.waiting : [];
  } catch {
    return [];
  }
}

export function keepUnsent(token: string, waiting: readonly Outgoing[]): void {
  if (waiting.length === 0) localStorage.removeItem(UNSENT);
  else localStorage.setItem(UNSENT, JSON.stringify({ token, waiting } satisfies Kept));
}
