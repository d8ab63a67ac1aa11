/** A part of what we know, under its title. */
import type { ComponentChildren } from "preact";

import { type WordKey, words } from "../words";

interface PartProps {
  readonly title: WordKey;
  readonly children: ComponentChildren;
}

export function Part({ title, children }: PartProps) {
  return (
    <section>
      <h2>{words(title)}</h2>
      {children}
    </section>
  );
}
