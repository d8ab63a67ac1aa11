/** The cues that staff saw, as the counter drew them: when, where, for how long, and what was answered. */
import { Band } from "../ui/band";
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { moment } from "../ui/when";
import type { CardCue, CardKnows } from "../wire";
import { counted, words } from "../words";
import { Few } from "./few";
import { Part } from "./part";
import type { CardEvent } from "./state";

interface SeenProps {
  readonly known: CardKnows;
  readonly cue: CardCue;
  readonly happen: (event: CardEvent) => void;
}

export function Seen({ known, cue, happen }: SeenProps) {
  return (
    <Part title="screen.card.knows.cue">
      <Drawn cue={cue} />
      <p class="meta">{told(cue, known.timezone)}</p>
      <p class="acts">
        <button type="button" onClick={() => another(happen)}>
          <Icon name="say" />
          {words("screen.card.knows.another")}
        </button>
      </p>
      {known.earlier.length > 0 && (
        <>
          <h3>{words("screen.card.knows.earlier")}</h3>
          <Few of="cues" atOnce={1}>
            {known.earlier.map((one, i) => (
              <li key={`${one.at} ${i}`}>
                <Drawn cue={one} />
                <p class="meta">{told(one, known.timezone)}</p>
              </li>
            ))}
          </Few>
        </>
      )}
    </Part>
  );
}

function Drawn({ cue }: { cue: CardCue }) {
  return (
    <figure class={`cue ${cue.tone}`}>
      <Band cloth={cue.tone} />
      <div>
        <p class="say" dir="auto">
          <Text>{cue.say}</Text>
        </p>
        {cue.act.map(({ text }) => (
          <p key={text} class="act" dir="auto">
            <Text>{text}</Text>
          </p>
        ))}
      </div>
    </figure>
  );
}

/** Today 08:12, till 2, for 40 seconds, had the usual */
function told({ at, till, seconds, outcome }: CardCue, timezone: string): string {
  const then = moment(at, Date.now(), timezone);
  const parts = [
    till === null ? then : words("screen.card.knows.till", { at: then, till }),
    counted("screen.card.knows.seconds", seconds),
  ];
  if (outcome !== null) parts.push(words(`screen.card.outcome.${outcome}`));
  return parts.reduce((first, second) => words("screen.list", { first, second }));
}

/** To the four ways of being greeted, on the other page. */
function another(happen: SeenProps["happen"]): void {
  happen({ kind: "turned", page: "card" });
  requestAnimationFrame(() => {
    const chosen = document.querySelector<HTMLInputElement>("#greetings input:checked");
    chosen?.focus();
    chosen?.scrollIntoView({ block: "center" });
  });
}
