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
