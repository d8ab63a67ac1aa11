/** A panel of the owner's paper, and what all panels share. */
import type { ComponentChildren } from "preact";

import type { Opened } from "./state";

export const LANGUAGE = "en-GB"; // days and months; the words are English

export function zoneOf({ shops }: Opened): string {
  return shops[0]?.timezone ?? "UTC";
}

interface SectionProps {
  readonly id: string;
  readonly question: string;
  readonly answer: string | null;
  readonly children: ComponentChildren;
}

/** The question small, the answer large, what it is made of under it. */
export function Section({ id, question, answer, children }: SectionProps) {
  return (
    <section class="panel" id={id} aria-labelledby={`${id}-answer`}>
      <p class="eye">{question}</p>
      <h2 id={`${id}-answer`}>{answer ?? "…"}</h2>
      {children}
    </section>
  );
}
