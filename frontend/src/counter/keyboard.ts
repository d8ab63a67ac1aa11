/** The page's one ear for keys: a scanner's burst, a person's shortcut, or text that belongs to a field. */
import { heard, KEY_WAIT_MS, latin, QUIET, settled } from "./scanner";

interface Ear {
  scan(text: string): void;
  /** True if the key did something here. */
  key(key: string): boolean;
  /** A burst went into a field: what stood there before it. */
  restore(field: HTMLInputElement, value: string): void;
}

export function listen(ear: Ear): void {
  let burst = QUIET;
  let timer = 0;
  let before = "";
  let into: HTMLInputElement | null = null; // the field that the last key went into
  let own = ""; // the first key of the burst as the keyboard's own language has it
  const act = (key: string): boolean => (key.length === 1 && ear.key(own)) || ear.key(key);

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const field = event.target instanceof HTMLInputElement ? event.target : null;
    const { scan, key, burst: next } = heard(burst, latin(event), event.timeStamp);
    const fresh = next !== burst && next.keys.length === 1;
    if (field !== null && (fresh || field !== into)) before = field.value;
    into = field;
    burst = next;
    clearTimeout(timer);
    if (scan !== undefined) {
      event.preventDefault();
      if (field !== null) ear.restore(field, before);
      ear.scan(scan);
    } else if (field === null) {
      outside(act, event, key);
      timer = window.setTimeout(settle, KEY_WAIT_MS);
    } else if (key === "Escape" && ear.key(key)) {
      event.preventDefault();
    }
    if (fresh) own = event.key;
  });

  const settle = (): void => {
    const { key, burst: next } = settled(burst);
    burst = next;
    if (key !== undefined && key !== " ") act(key);
  };
}

/** No field: nothing that is typed means anything to the browser, but what a focused button takes. */
function outside(act: Ear["key"], event: KeyboardEvent, key: string | undefined): void {
  const character = event.key.length === 1 && event.key !== " ";
  if (character) event.preventDefault();
  if (key !== undefined && !native(event, key) && act(key)) event.preventDefault();
}

/** Enter belongs to a focused button, but to an answer only until it is given: then Enter goes on, as from a field.
 * Tab moves on from what is focused, and backwards from anywhere. */
function native(event: KeyboardEvent, key: string): boolean {
  const target = event.target instanceof Element ? event.target : null;
  const focused = target !== null && target.closest("button, a, input") !== null;
  const given = target !== null && target.closest('.choice[aria-pressed="true"]') !== null;
  return (key === "Enter" && focused && !given) || (key === "Tab" && (focused || event.shiftKey));
}
