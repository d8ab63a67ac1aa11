/** An amount as a shop writes it: the code, never a sign that three countries share; no minor units where there are none. */
import { locale } from "./words";

export function money(minor: number, currency: string): string {
  const plain = { style: "currency", currency, currencyDisplay: "code" } as const;
  const digits = new Intl.NumberFormat("en", plain).resolvedOptions().maximumFractionDigits ?? 2;
  const whole = minor % 10 ** digits === 0;
  return new Intl.NumberFormat(locale(), { ...plain, ...(whole && { minimumFractionDigits: 0 }) }).format(
    minor / 10 ** digits,
  );
}
