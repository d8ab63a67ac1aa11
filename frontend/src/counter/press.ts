/** Wet fingers: a second press on the same spot within a moment is the first one bouncing. */
import { GUARD_MS } from "./model";

const SPOT_PX = 48; // a finger's width: another button further off may be meant

interface Press {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

export function bounces(before: Press | null, press: Press): boolean {
  if (before === null || press.at - before.at >= GUARD_MS) return false;
  return Math.hypot(press.x - before.x, press.y - before.y) < SPOT_PX;
}

/** A press counts on release within the button, as a click does; one by a key has no place and is left alone. On a pad
 * the same key twice is two digits. */
export function calm(page: HTMLElement): void {
  let before: Press | null = null;
  page.addEventListener(
    "click",
    (event) => {
      if (event.detail === 0 || (event.target instanceof Element && event.target.closest(".pad") !== null)) return;
      const press = { at: event.timeStamp, x: event.clientX, y: event.clientY };
      if (bounces(before, press)) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      before = press;
    },
    { capture: true },
  );
}
