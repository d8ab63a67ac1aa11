/** How we know that it is them: each way with its end, and how to end it. */
import type { CardKnows, CardMark } from "../wire";
import { type WordKey, words } from "../words";
import { Part } from "./part";
import type { CardEvent, Shown } from "./state";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
  readonly known: CardKnows;
}

export function Marks({ state, happen, known }: Props) {
  const { busy, refused } = state.knowing;
  return (
    <Part title="screen.card.knows.marks">
      <ul class="rows">
        {known.marks.map((mark) => (
          <li key={mark.id}>
            <p>
              {words(`screen.card.mark.${mark.kind}`)}
              <small>{shown(mark)}</small>
            </p>
            <button
              type="button"
              class="link"
              disabled={busy || !state.fresh}
              aria-label={`${words(verb(mark))}: ${words(`screen.card.mark.${mark.kind}`)}`}
              onClick={() => happen(mark.kind === "card" ? { kind: "renew" } : { kind: "remove", mark: mark.id })}
            >
              {words(verb(mark))}
            </button>
          </li>
        ))}
      </ul>
      <p class="meta">{words("screen.card.knows.lost")}</p>
      <p class="meta" role="status">
        {refused && words("screen.card.failed")}
      </p>
    </Part>
  );
}

function verb({ kind }: CardMark): WordKey {
  return kind === "card" ? "screen.card.mark.new" : "screen.card.mark.remove";
}

function shown({ kind, shown }: CardMark): string {
  if (kind === "card") return shown.replace(/(.{4})(?=.)/g, "$1 ");
  return kind === "fingerprint" ? words("screen.card.mark.scrambled") : shown;
}
