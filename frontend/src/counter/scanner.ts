/** A hand scanner types like a keyboard, only faster: what it types is a scan and never a shortcut. */

export const SCAN_GAP_MS = 35; // characters closer than this on average come from a machine
export const KEY_WAIT_MS = 60; // so a single key acts only when nothing followed it for so long
export const SCAN_CHARS_MIN = 4;
export const SCAN_CHARS_MAX = 500;

/** Keys that came so far without a pause. */
export interface Burst {
  readonly keys: string;
  readonly since: number; // of the first one
  readonly at: number; // of the last one
  readonly acted: boolean; // its first key was taken for a person's
}

export const QUIET: Burst = { keys: "", since: Number.NEGATIVE_INFINITY, at: Number.NEGATIVE_INFINITY, acted: false };

export interface Heard {
  readonly burst: Burst;
  readonly scan?: string;
  readonly key?: string;
}

const SILENT = new Set(["Shift", "CapsLock", "Control", "Alt", "AltGraph", "Meta"]);

const PLACES: Readonly<Record<string, string>> = { Slash: "/", Period: ".", Minus: "-" };

/** Scanners type by the places of a Latin keyboard: where the machine is set to other letters, the place says which. */
export function latin({ key, code, shiftKey }: Pick<KeyboardEvent, "key" | "code" | "shiftKey">): string {
  if (key <= "~") return key;
  const place = /^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? PLACES[code] ?? key;
  return shiftKey ? place : place.toLowerCase();
}

/** `key` as the browser names it: one character, "Enter", "Escape", "Tab", … */
export function heard(burst: Burst, key: string, at: number): Heard {
  if (SILENT.has(key)) return { burst };
  const follows = at - burst.at < KEY_WAIT_MS;
  if (key === "Enter" && follows && machine(burst)) return { burst: QUIET, scan: burst.keys };
  if ([...key].length > 1) return { burst: QUIET, key };
  if (follows) return { burst: { ...burst, keys: (burst.keys + key).slice(0, SCAN_CHARS_MAX), at } };
  return { burst: { keys: key, since: at, at, acted: false }, ...single(burst) };
}

/** One late character in a scan is the cable's doing: the average tells machines from people. */
function machine({ keys, since, at }: Burst): boolean {
  return keys.length >= SCAN_CHARS_MIN && (at - since) / (keys.length - 1) < SCAN_GAP_MS;
}

/** Nothing was heard for KEY_WAIT_MS: a single key is taken for a person's. The burst goes on all the same: a page that is
 * busy hears keys late, and the times they tell say whether they belong together. */
export function settled(burst: Burst): Heard {
  return { burst: { ...burst, acted: true }, ...single(burst) };
}

function single({ keys, acted }: Burst): { readonly key?: string } {
  return [...keys].length === 1 && !acted ? { key: keys } : {};
}

const LINK = /[#/=]([\w-]{4,128})$/;
const CODE = /^[0-9A-Z]{4,32}$/; // letters, or the longer code that renews itself
const PHONE = /^\+?[0-9]{5,15}$/;

/** The card in a scan: what stands after the last mark of a link, as it is, or a code in any case and grouping. */
export function cardIn(scan: string): string | null {
  const link = LINK.exec(scan.trim())?.[1];
  if (link !== undefined) return link;
  const code = scan.replace(/[\s-]/g, "").toUpperCase();
  return CODE.test(code) ? code : null;
}

/** What somebody typed: a card's letters, or a phone number. */
export function typed(text: string): { readonly card: string } | { readonly phone: string } | null {
  const phone = text.replace(/[\s().-]/g, "");
  if (PHONE.test(phone)) return { phone };
  const card = cardIn(text);
  return card === null ? null : { card };
}
