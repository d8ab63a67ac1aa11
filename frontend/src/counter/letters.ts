/** The keys that do something, by what they do. */
import { words } from "../words";

export const LETTERS = ["why", "undo", "find", "new", "mute", "retry", "camera", "type", "redeem", "poster", "staff", "give", "right"] as const;
export type Letter = (typeof LETTERS)[number];

/** Letters follow the language. */
export function letter(of: Letter): string {
  return letters(of)[0] ?? "";
}

/** The one that is shown first; a language whose letters not every keyboard has names another beside it. */
export function letters(of: Letter): readonly string[] {
  return words(`screen.counter.key.${of}`).split(" ");
}
