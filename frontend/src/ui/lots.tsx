/** Points that end, that wait, or that are owed: every date, the first few at once. */
import { counted, locale, words } from "../words";
import type { Ending } from "../wire";

const AT_ONCE = 3;

interface Props {
  readonly points: number;
  readonly pending: number;
  readonly expiring: readonly Ending[];
  readonly stamps?: boolean;
}

export function Lots({ points, pending, expiring, stamps = false }: Props) {
  const rows = expiring.map((one) => <li key={one.on}>{until(one, stamps)}</li>);
  const owed = { points: collected(-points, stamps) };
  const more = { points: collected(pending, stamps) };
  if (points < 0) rows.unshift(<li key="owed">{words("screen.lots.owed", owed)}</li>);
  if (pending > 0) rows.unshift(<li key="pending">{words("screen.lots.pending", more)}</li>);
  if (rows.length === 0) return null;
  return (
    <div class="lots">
      <ul>{rows.slice(0, AT_ONCE)}</ul>
      {rows.length > AT_ONCE && (
        <details>
          <summary>{words("screen.lots.more")}</summary>
          <ul>{rows.slice(AT_ONCE)}</ul>
        </details>
      )}
    </div>
  );
}

function until({ points, on }: Ending, stamps: boolean): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" };
  const day = new Intl.DateTimeFormat(locale(), options).format(Date.parse(`${on}T00:00:00Z`));
  return words("screen.lots.until", { points: collected(points, stamps), day });
}

/** So many, by the name they have in this program. */
export function collected(points: number, stamps: boolean): string {
  return counted(stamps ? "screen.lots.stamps" : "screen.lots.points", points);
}
