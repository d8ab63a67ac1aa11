/** A panel of the owner's paper, and what all panels share. */
import type { ComponentChildren } from "preact";

import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { hour } from "../ui/when";
import { words } from "../words";
import type { Open, OwnerEvent, Piece } from "./state";

export interface Props {
  readonly state: Open;
  readonly happen: (event: OwnerEvent) => void;
}

export function zoneOf({ shops, shop }: Open): string {
  return shops.find(({ id }) => id === shop)?.timezone ?? "UTC";
}

export function currencyOf({ shops, shop }: Open): string {
  return shops.find(({ id }) => id === shop)?.currency ?? "USD";
}

interface SectionProps {
  readonly id: string;
  readonly question: string;
  readonly answer: string | null;
  readonly wide?: string;
  readonly children: ComponentChildren;
}

/** The question small, the answer large, what it is made of under it. */
export function Section({ id, question, answer, wide, children }: SectionProps) {
  return (
    <section class={wide === undefined ? "panel" : `panel ${wide}`} id={id} aria-labelledby={`${id}-answer`}>
      <p class="eye">{question}</p>
      <h2 id={`${id}-answer`}>{answer === null ? "…" : <Text>{answer}</Text>}</h2>
      {children}
    </section>
  );
}

interface StaleProps extends Props {
  readonly piece: Piece<unknown>;
}

/** The last figures with their time, and another try. */
export function Stale({ state, happen, piece }: StaleProps) {
  if (!piece.failed) return null;
  return (
    <p class="stale" role="status">
      <Icon name="off" />
      {piece.at === null
        ? words("screen.owner.failed")
        : words("screen.owner.as-of", { time: hour(piece.at, zoneOf(state)) })}
      <button type="button" class="btn" onClick={() => happen({ kind: "again" })}>
        {words("screen.owner.again")}
      </button>
    </p>
  );
}
