/** An amount as a shop writes it: the code, never a sign that three countries share; no minor units where there are none. */
import { locale } from "./words";

export function money(minor: number, currency: string): string {
  const plain = { style: "currency", currency, currencyDisplay: "code" } as const;
  const digits = digitsOf(currency);
  const whole = minor % 10 ** digits === 0;
  return new Intl.NumberFormat(locale(), { ...plain, ...(whole && { minimumFractionDigits: 0 }) }).format(
    minor / 10 ** digits,
  );
}

/** How many digits the minor unit has. */
export function digitsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

const ZEROS = [0x660, 0x6f0, 0x1040, 0x1090, 0xff10]; // of the scripts in which our customers write figures
const AROUND = /[\p{L}\p{Sc}\p{Cf}\s'’٬:]|\/[-=]$/gu; // a currency, spaces, and East Africa's "450/-"
const MINOR_MAX = 10 ** 12;

/** What somebody copies from a receipt, in minor units: "KES 1,450.00", "1 450,-" or "٤٥٠"; null: no amount. */
export function minor(text: string, digits: number): number | null {
  const plain = latin(text.trim()).replace(AROUND, "").replace(/^[.,]|[.,]-?$/g, "");
  if (!/^\d+(?:[.,٫]\d+)*$/.test(plain)) return null;
  const [whole, fraction] = parted(plain, digits);
  if (whole === null || fraction.length > digits) return null;
  const found = Number(whole + fraction.padEnd(digits, "0"));
  return found <= MINOR_MAX ? found : null;
}

/** The last mark is the decimal one, unless it is there twice, or three figures follow it that no minor unit has. */
function parted(plain: string, digits: number): readonly [string | null, string] {
  const marks = plain.replace(/\d/g, "");
  const groups = plain.split(/[.,٫]/);
  const last = groups.at(-1) ?? "";
  const thousands = marks === "" || (marks.length > 1 && new Set(marks).size === 1) || (last.length === 3 && digits !== 3);
  const fraction = thousands ? "" : last;
  const figures = thousands ? groups : groups.slice(0, -1);
  const whole = figures.slice(1).every((group) => group.length === 3) ? figures.join("") : null;
  return [whole, digits === 0 ? fraction.replace(/^0+$/, "") : fraction];
}

/** Figures of any script as those that we count with. */
export function latin(text: string): string {
  return text.replace(/\p{Nd}/gu, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    const zero = ZEROS.find((it) => code >= it && code <= it + 9);
    return zero === undefined ? sign : String(code - zero);
  });
}
