/** The pause: one touch on the card, and one to end it. Whoever is left alone anyway is not asked. */
import { Icon } from "../ui/icons";
import { words } from "../words";
import type { CardEvent, Shown } from "./state";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

export function Pause({ state, happen }: Props) {
  const { paused = false } = state.copy.view; // an older copy on this phone does not say
  const { busy, refused } = state.knowing;
  if (state.greeting === "none" && !paused) return null;
  return (
    <section class="pause">
      <button
        type="button"
        class="row"
        aria-pressed={paused}
        disabled={busy || !state.fresh}
        onClick={() => happen({ kind: "set", change: { paused: !paused } })}
      >
        <Icon name={paused ? "check" : "pause"} />
        <b>{words(paused ? "screen.card.pause.end" : "screen.card.pause")}</b>
      </button>
      <p class="meta">{words(paused ? "screen.card.pause.on" : "screen.card.pause.off")}</p>
      {refused && (
        <p class="problem" role="alert">
          {words("screen.card.failed")}
        </p>
      )}
    </section>
  );
}
