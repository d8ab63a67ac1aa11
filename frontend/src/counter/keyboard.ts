/** The page's one ear for keys: a scanner's burst, a person's shortcut, or text that belongs to a field. */
import { heard, KEY_WAIT_MS, QUIET, settled } from "./scanner";

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

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const field = event.target instanceof HTMLInputElement ? event.target : null;
    const result = heard(burst, event.key, event.timeStamp);
    if (field !== null && result.burst.keys.length === 1) before = field.value;
    burst = result.burst;
    clearTimeout(timer);
    if (result.scan !== undefined) {
      event.preventDefault();
      if (field !== null) ear.restore(field, before);
      ear.scan(result.scan);
    } else if (field !== null) {
      if (result.key === "Escape" && ear.key("Escape")) event.preventDefault();
    } else {
      outside(event, result.key);
    }
  });

  const outside = (event: KeyboardEvent, key: string | undefined): void => {
    if (burst.keys !== "" && event.key !== " ") event.preventDefault();
    if (key !== undefined && !native(event, key) && ear.key(key)) event.preventDefault();
    timer = window.setTimeout(() => {
      const single = settled(burst).key;
      burst = QUIET;
      if (single !== undefined && single !== " ") ear.key(single);
    }, KEY_WAIT_MS);
  };
}

/** Enter belongs to a focused button; Tab moves on from it, and backwards from anywhere. */
function native(event: KeyboardEvent, key: string): boolean {
  const focused = event.target instanceof Element && event.target.closest("button, a, input") !== null;
  return (key === "Enter" && focused) || (key === "Tab" && (focused || event.shiftKey));
}
