/** Drawings that are laid out by the page, so that type never shrinks: bars of time, marks of days, columns of weeks. */
import { Icon } from "../ui/icons";
import { Name } from "../ui/text";
import type { BecomingRow, ExpectedRow } from "../wire";
import { counted, words } from "../words";
import { clockOf } from "./answers";

const HOUR = 60;

/** One row a person: the middle half of their usual times, a tick where they came, a line where we are. */
export function Expected({ rows, now }: { readonly rows: readonly ExpectedRow[]; readonly now: number }) {
  const [from, to] = span(rows, now);
  const place = (minutes: number): string => `${((minutes - from) / (to - from)) * 100}%`;
  const step = to - from > 8 * HOUR ? 2 * HOUR : HOUR;
  const hours = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
  return (
    <div class="expected">
      <div class="axis figures" aria-hidden="true">
        <span />
        <div class="track">
          {hours.map((minutes) => (
            <span key={minutes} style={{ insetInlineStart: place(minutes) }}>
              {clockOf(minutes)}
            </span>
          ))}
        </div>
      </div>
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <a href={`#person=${row.id}`} class={row.arrived === null ? "name" : "name here"} title={row.name}>
              <Name>{row.name}</Name>
            </a>
            <div class="track">
              <span class="unseen">{told(row)}</span>
              {row.opens !== null && row.shuts !== null && (
                <span
                  class={row.arrived === null ? "bar" : "bar past"}
                  aria-hidden="true"
                  style={{ insetInlineStart: place(row.opens), width: `calc(${place(row.shuts + from - row.opens)} + 8px)` }}
                />
              )}
              {row.arrived !== null && (
                <span class="tick" aria-hidden="true" style={{ insetInlineStart: place(row.arrived) }}>
                  <Icon name="check" />
                </span>
              )}
              <span class="now" aria-hidden="true" style={{ insetInlineStart: place(now) }} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function span(rows: readonly ExpectedRow[], now: number): [number, number] {
  const times = rows.flatMap(({ opens, shuts, arrived }) => [opens, shuts, arrived]).filter((it) => it !== null);
  const from = Math.floor(Math.min(now, ...times) / HOUR) * HOUR;
  return [from, Math.max(from + 2 * HOUR, Math.ceil(Math.max(now, ...times) / HOUR) * HOUR)];
}

function told({ opens, shuts, arrived }: ExpectedRow): string {
  const usual =
    opens === null || shuts === null
      ? words("screen.owner.expected.no-time")
      : words("screen.owner.expected.between", { from: clockOf(opens), to: clockOf(shuts) });
  if (arrived === null) return usual;
  return words("screen.list", { first: usual, second: words("screen.owner.expected.came", { at: clockOf(arrived) }) });
}

const DAYS = 60;

/** Sixty days: a mark is a visit, the line is the quiet since. */
export function Rug({ marks, away }: { readonly marks: readonly number[]; readonly away: number }) {
  const x = (ago: number): number => 240 - ago * 4;
  return (
    <svg class="rug" viewBox="0 0 240 24" preserveAspectRatio="none" role="img" aria-label={counted("screen.owner.rug", marks.length)}>
      {marks.map((ago) => (
        <path key={ago} class="visit" d={`M${x(ago)} 3v18`} />
      ))}
      <path class="quiet" d={`M${x(Math.min(away, DAYS)) + 3} 12H238M238 7v10`} />
    </svg>
  );
}

/** Visit days of twelve weeks as columns; zero is a line. */
export function Weeks({ weeks }: { readonly weeks: readonly number[] }) {
  const most = 7;
  return (
    <svg class="weeks" viewBox="0 0 84 22" role="img" aria-label={words("screen.owner.weeks", { weeks: weeks.join(" ") })}>
      {weeks.map((n, i) => (
        <path key={i} class={n === 0 ? "none" : "some"} d={`M${i * 7} 22v-${n === 0 ? 1.5 : (n / most) * 20 + 2}h5v${n === 0 ? 1.5 : (n / most) * 20 + 2}z`} />
      ))}
    </svg>
  );
}

/** Today's hours so far as blocks, silence as dashes. */
export function Beat({ hours, first }: { readonly hours: readonly number[]; readonly first: number }) {
  const label = words("screen.owner.beat", { from: clockOf(first * HOUR), sales: hours.reduce((sum, n) => sum + n, 0) });
  return (
    <svg class="beat" viewBox={`0 0 ${Math.max(1, hours.length) * 12} 16`} role="img" aria-label={label}>
      {hours.map((n, i) => (
        <path key={i} class={n === 0 ? "quiet" : "spoke"} d={n === 0 ? `M${i * 12 + 1} 8h8` : `M${i * 12} 2h10v12h-10z`} />
      ))}
    </svg>
  );
}

export function pace({ visits, within }: BecomingRow): string {
  return words("screen.owner.becoming.pace", { visits, within });
}
