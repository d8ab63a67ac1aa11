/** *What we know about you*: all of it, in the order in which somebody asks, and how to end it. */
import { entryText } from "../ui/entries";
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { amounts, moment } from "../ui/when";
import type { CardEntry, CardKnows, CardView, CardVisit } from "../wire";
import { counted, signed, words } from "../words";
import { About } from "./about";
import { Agree } from "./agree";
import { End } from "./end";
import { Few } from "./few";
import { Learned } from "./forget";
import { giftRows } from "./gifts";
import { Marks } from "./marks";
import { Print } from "./paper";
import { Part } from "./part";
import { Seen } from "./seen";
import { Share } from "./share";
import type { CardEvent, Shown } from "./state";
import { Thread } from "./tell";

export interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

interface KnownProps extends Props {
  readonly known: CardKnows;
}

export function Knows({ state, happen }: Props) {
  const { known, failed } = state.knowing;
  return (
    <main class="knows">
      <h1>{words("screen.card.knows.title")}</h1>
      <p class="lede">{words("screen.card.knows.lede")}</p>
      {failed && (
        <p class="offline" role="status">
          <Icon name="off" />
          {words("screen.card.knows.failed")}
        </p>
      )}
      {known !== null && <All state={state} happen={happen} known={known} />}
      {known === null && !failed && <p aria-busy="true" />}
    </main>
  );
}

function All({ state, happen, known }: KnownProps) {
  const { view } = state.copy;
  const nothing = known.cue === null && known.visits.length === 0;
  return (
    <>
      {nothing && <p class="nothing">{words("screen.card.knows.nothing")}</p>}
      {known.cue !== null && <Seen known={known} cue={known.cue} happen={happen} />}
      <Learned state={state} happen={happen} />
      {known.visits.length > 0 && <Visits known={known} />}
      {known.entries.length > 0 && <Stamps known={known} view={view} />}
      {known.gifts.length > 0 && (
        <Part title="screen.card.gifts">
          <Few>{giftRows(known)}</Few>
        </Part>
      )}
      {known.said.length > 0 && (
        <Part title="screen.card.knows.said">
          <Thread said={known.said} timezone={known.timezone} />
        </Part>
      )}
      <About state={state} happen={happen} known={known} />
      <Agree state={state} happen={happen} known={known} />
      <Share state={state} happen={happen} known={known} />
      <Marks state={state} happen={happen} known={known} />
      <Print view={view} />
      <Never />
      <End state={state} happen={happen} />
    </>
  );
}

function Visits({ known }: { known: CardKnows }) {
  const totals = amounts(
    known.visits.map(({ total }) => total ?? 0),
    known.currency,
    known.digits,
  );
  return (
    <Part title="screen.card.knows.visits">
      <Few>
        {known.visits.map((visit, i) => (
          <Visit key={`${visit.at} ${i}`} visit={visit} total={visit.total === null ? "" : (totals[i] ?? "")} known={known} />
        ))}
      </Few>
      {known.visits_count > known.visits.length && (
        <p class="meta">{counted("screen.card.knows.visits.all", known.visits_count)}</p>
      )}
    </Part>
  );
}

interface VisitProps {
  readonly visit: CardVisit;
  readonly total: string;
  readonly known: CardKnows;
}

function Visit({ visit, total, known }: VisitProps) {
  return (
    <li>
      <p>
        {visit.items.length > 0 ? <Text>{visit.items.join("; ")}</Text> : words("screen.card.knows.no-items")}
        {visit.fate !== "learned" && <small>{words(`screen.card.fate.${visit.fate}`)}</small>}
        {visit.claimed && <small>{words("screen.card.claimed")}</small>}
        <small>{moment(visit.at, Date.now(), known.timezone)}</small>
      </p>
      <span class={visit.fate === "voided" || visit.fate === "given-back" ? "figures off" : "figures"}>{total}</span>
    </li>
  );
}

function Stamps({ known, view: { points, stamps = true } }: { known: CardKnows; view: CardView }) {
  return (
    <Part title={stamps ? "screen.card.knows.stamps" : "screen.card.knows.points"}>
      <Few>
        {known.entries.map((entry, i) => (
          <li key={`${entry.at} ${i}`}>
            <p>
              <Text>{reason(entry)}</Text>
              <small>{moment(entry.at, Date.now(), known.timezone)}</small>
            </p>
            <span class="figures">{signed(entry.points)}</span>
          </li>
        ))}
      </Few>
      <p class="meta">{words("screen.card.knows.now", { n: points })}</p>
    </Part>
  );
}

function reason({ reason, item }: CardEntry): string {
  const what = entryText(reason);
  return item === null ? what : words("screen.card.entry.of", { what, item });
}

const NEVER = ["face", "phone", "where"] as const;

function Never() {
  return (
    <Part title="screen.card.never">
      <ul class="never">
        {NEVER.map((what) => (
          <li key={what}>
            <Icon name="x" />
            {words(`screen.card.never.${what}`)}
          </li>
        ))}
      </ul>
    </Part>
  );
}
