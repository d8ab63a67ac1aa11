/** Worth a look: what was seen, beside what is usual here. Never that anybody did anything wrong. */
import { Name, Text } from "../ui/text";
import { date, moment } from "../ui/when";
import type { Integrity, Seen } from "../wire";
import { words } from "../words";
import { many } from "./answers";
import { type Props, Section, Stale } from "./panel";

export function WorthALook({ state, happen }: Props) {
  const { value } = state.pieces.worth;
  return (
    <Section id="worth" wide="whole" question={words("screen.owner.worth.question")} answer={value === null ? null : answer(value)}>
      <Stale state={state} happen={happen} piece={state.pieces.worth} />
      {value !== null && (
        <>
          <ul class="seen">
            {value.rows.map((row) => (
              <Row key={`${row.kind} ${row.staff} ${row.till} ${row.people.map(({ id }) => id)}`} row={row} zone={value.timezone} happen={happen} />
            ))}
          </ul>
          {value.more > 0 && <p class="lede">{words("screen.owner.worth.more", { n: value.more })}</p>}
          <p class="note">
            {words("screen.owner.worth.looked", { days: value.days, sales: value.sales })}
            {!value.whole && ` ${words("screen.owner.worth.part")}`}
          </p>
          {value.rows.length > 0 && <p class="note">{words("screen.owner.worth.note")}</p>}
        </>
      )}
    </Section>
  );
}

function answer({ rows, more, days }: Integrity): string {
  if (rows.length === 0) return words("screen.owner.worth.none", { days });
  return many("screen.owner.worth.answer", rows.length + more);
}

interface RowProps {
  readonly row: Seen;
  readonly zone: string;
  readonly happen: Props["happen"];
}

function Row({ row, zone, happen }: RowProps) {
  return (
    <li>
      <h3>
        <Text>{said(row)}</Text>
      </h3>
      <p>{words(BESIDE[row.kind], { of: row.of, usual: row.usual })}</p>
      <p class="when">{span(row, zone)}</p>
      {row.people.length > 0 && (
        <p>
          {words("screen.owner.worth.people")}{" "}
          {row.people.map(({ id, name }) => (
            <a key={id} class="link" href={`#person=${encodeURIComponent(id)}`}>
              <Name>{name}</Name>
            </a>
          ))}
        </p>
      )}
      {row.sales.length > 0 && (
        <p>
          {words("screen.owner.worth.sales")}{" "}
          {row.sales.map(({ id, at }) => (
            <button key={id} type="button" class="link figures" title={moment(at, Date.now(), zone)} onClick={() => look(happen, id)}>
              {id}
            </button>
          ))}
        </p>
      )}
    </li>
  );
}

/** The stations of that sale, in the panel that explains it. */
function look(happen: Props["happen"], number: string): void {
  happen({ kind: "asked-why", number });
  document.getElementById("why")?.scrollIntoView();
}

const BESIDE = {
  "own-card": "screen.owner.worth.own-card.beside",
  "own-card-busy": "screen.owner.worth.busy.beside",
  "busy-card": "screen.owner.worth.busy.beside",
  "bare-points": "screen.owner.worth.bare-points.beside",
  "by-hand": "screen.owner.worth.by-hand.beside",
  burst: "screen.owner.worth.burst.beside",
  idle: "screen.owner.worth.idle.beside",
  pair: "screen.owner.worth.pair.beside",
  unmet: "screen.owner.worth.unmet.beside",
  merges: "screen.owner.worth.merges.beside",
} as const;

function said(row: Seen): string {
  return words(`screen.owner.worth.${row.kind}`, { n: row.n, who: whose(row) });
}

/** A name that cannot turn the sentence around it; where nobody says who it was, the till. */
function whose({ kind, staff, till }: Seen): string {
  if (kind === "by-hand" && staff === null && till === null) return words("screen.owner.worth.owner");
  if (staff !== null) return `\u2068${staff}\u2069`;
  return till === null ? words("screen.owner.worth.somebody") : words("screen.owner.tills.till", { till });
}

function span({ since, until }: Seen, zone: string): string {
  const [first, last] = [since, until].map((at) => date(Date.parse(at), Date.now(), zone));
  return first === last ? (first ?? "") : words("screen.owner.worth.between", { since: first ?? "", until: last ?? "" });
}
