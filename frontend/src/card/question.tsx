/** One question about a visit, after everything else: a thumb, a sentence if they like, and Skip as large as the rest. */
import { useState } from "preact/hooks";

import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { moment } from "../ui/when";
import { type CardQuestion, SENTENCE_CHARS_MAX } from "../wire";
import { words } from "../words";
import type { CardEvent, Shown } from "./state";
import { Fate } from "./fate";
import type { About } from "./telling";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

/** Not from a copy that this phone keeps: what was to be asked then need not be asked now. */
export function Question({ state, happen }: Props) {
  const { about, passed } = state.telling;
  const asked = about?.question ?? (state.fresh ? state.copy.view.question : null) ?? null;
  if (asked === null || asked.id === passed) return null;
  return (
    <section class="question" aria-labelledby="question">
      <h2 id="question">{words("screen.card.question")}</h2>
      <p class="note">
        <Text>{[moment(asked.at, Date.now(), asked.timezone), ...asked.items].join(" · ")}</Text>
      </p>
      {about?.thanked !== true && <Choices asked={asked} about={about} happen={happen} />}
      {about !== null && !about.thanked && <Why happen={happen} />}
      {about !== null && (
        <p class="fate" role="status">
          {about.thanked && words("screen.card.question.thanks")} <Fate telling={state.telling} quiet />
        </p>
      )}
    </section>
  );
}

interface ChoicesProps {
  readonly asked: CardQuestion;
  readonly about: About | null;
  readonly happen: Props["happen"];
}

const THUMBS = [
  { thumb: "up", word: "good", icon: "thumb" },
  { thumb: "down", word: "bad", icon: "thumb-down" },
] as const;

function Choices({ asked, about, happen }: ChoicesProps) {
  return (
    <div class="choices" role="group" aria-labelledby="question">
      {THUMBS.map(({ thumb, word, icon }) => (
        <button
          key={thumb}
          type="button"
          aria-pressed={about?.thumb === thumb}
          onClick={() => happen({ kind: "thumb", question: asked, thumb })}
        >
          <Icon name={icon} />
          {words(`screen.card.question.${word}`)}
        </button>
      ))}
      <button type="button" onClick={() => happen(about === null ? { kind: "pass", question: asked } : { kind: "explain", text: "" })}>
        {words("screen.card.question.skip")}
      </button>
    </div>
  );
}

function Why({ happen }: { happen: Props["happen"] }) {
  const [text, setText] = useState("");
  return (
    <form
      class="write"
      onSubmit={(event) => {
        event.preventDefault();
        happen({ kind: "explain", text });
      }}
    >
      <label for="why">{words("screen.card.question.why")}</label>
      <textarea
        id="why"
        rows={2}
        dir="auto"
        maxLength={SENTENCE_CHARS_MAX}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit">{words("screen.card.tell.send")}</button>
    </form>
  );
}
