/** To take a copy, and to be erased: said what is lost, and asked for the letters. */
import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../ui/icons";
import { collected } from "../ui/lots";
import type { CardView } from "../wire";
import { words } from "../words";
import { type Erasing, LETTERS } from "./knowing";
import type { CardEvent, Shown } from "./state";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

export function End({ state, happen }: Props) {
  const { erasing, busy } = state.knowing;
  return (
    <section>
      <h2>{words("screen.card.end")}</h2>
      <p class="acts">
        <button type="button" disabled={busy} onClick={() => happen({ kind: "take-copy", form: "html" })}>
          <Icon name="down" />
          {words("screen.card.end.copy")}
        </button>
        <button type="button" disabled={busy} onClick={() => happen({ kind: "take-copy", form: "json" })}>
          <Icon name="down" />
          {words("screen.card.end.data")}
        </button>
      </p>
      <p class="acts">
        <button type="button" class="bad" aria-expanded={erasing !== null} onClick={() => happen({ kind: "erase" })}>
          <Icon name="bin" />
          {words("screen.card.end.erase")}
        </button>
      </p>
      {erasing === null ? (
        <p class="meta">{lost(state.copy.view, "screen.card.end.note")}</p>
      ) : (
        <Sheet state={state} happen={happen} erasing={erasing} />
      )}
    </section>
  );
}

function Sheet({ state, happen, erasing }: Props & { erasing: Erasing }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const { problem } = erasing;
  return (
    <form
      class="sheet"
      aria-label={words("screen.card.end.erase")}
      onSubmit={(event) => {
        event.preventDefault();
        happen({ kind: "erase-now" });
      }}
    >
      <p>{lost(state.copy.view, "screen.card.erase.lost")}</p>
      <label>
        {words("screen.card.erase.letters")}
        <input
          ref={input}
          value={erasing.letters}
          maxLength={LETTERS}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-invalid={problem === "wrong"}
          aria-describedby="erase-problem"
          onInput={(event) => happen({ kind: "letters", letters: event.currentTarget.value })}
        />
      </label>
      <p id="erase-problem" class="problem" role="alert">
        {problem === "wrong" && words("screen.card.erase.wrong")}
        {problem === "new" && words("screen.card.erase.new")}
        {problem === "unreachable" && words("screen.card.failed")}
      </p>
      <p class="acts">
        <button type="button" onClick={() => happen({ kind: "keep" })}>
          {words("screen.card.erase.keep")}
        </button>
        <button type="submit" class="bad full" disabled={state.knowing.busy}>
          {words("screen.card.erase.now")}
        </button>
      </p>
    </form>
  );
}

/** What goes for good, with how many points or stamps, if there are any. */
function lost({ points, stamps = true }: CardView, key: "screen.card.end.note" | "screen.card.erase.lost"): string {
  return points > 0 ? words(key, { count: collected(points, stamps) }) : words(`${key}.none`);
}
