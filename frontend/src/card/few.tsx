/** The newest few of a list, and the others for who asks. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";

import { words } from "../words";

const FEW = 3;

interface FewProps {
  readonly children: ComponentChild[];
  readonly of?: "rows" | "cues";
  readonly atOnce?: number;
}

export function Few({ children, of = "rows", atOnce = FEW }: FewProps) {
  const [all, setAll] = useState(false);
  const more = children.length - atOnce;
  return (
    <>
      <ul class={of}>{all ? children : children.slice(0, atOnce)}</ul>
      {!all && more > 0 && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {words("screen.card.knows.more", { n: more })}
        </button>
      )}
    </>
  );
}
