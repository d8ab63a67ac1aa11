/** A cue: the sentence, the one thing to do, and on tap the reason. */
import { Icon, type IconName } from "../ui/icons";
import { Text } from "../ui/text";
import type { Act, Giving } from "../wire";
import { words } from "../words";
import { letter } from "./letters";
import { useFit } from "./fit";
import type { Event } from "./model";
import { type Glass, reasons } from "./shown";

const REASONS_MAX = 4;

interface Props {
  readonly shown: Extract<Glass, { kind: "cue" }>;
  readonly happen: (event: Event) => void;
  readonly space: string; // changes when the room for the sentence does
}

export function CueMain({ shown, happen, space }: Props) {
  const { cue } = shown.open;
  const box = useFit(0, [cue, shown.why, space]);
  return (
    <div class={shown.why ? "main reasons" : "main"} role="status" ref={box}>
      <h1 class="say" tabIndex={-1}>
        {reasons(cue) === 0 ? (
          <Text>{cue.say}</Text>
        ) : (
          <button type="button" class="sentence" aria-expanded={shown.why} onClick={() => happen({ kind: "why" })}>
            <Text>{cue.say}</Text>
          </button>
        )}
      </h1>
      {shown.why ? (
        <Why why={cue.why} nearly={cue.nearly} />
      ) : (
        cue.act.map((act) => <ActLine act={act} happen={happen} key={act.text} />)
      )}
    </div>
  );
}

const ACTS: Readonly<Record<string, IconName>> = { upgrade: "up", extra: "plus", first: "swap", surprise: "gift", reward: "gift", thank: "say" };

function ActLine({ act, happen }: { act: Act; happen: (event: Event) => void }) {
  const said = (
    <>
      <Icon name={ACTS[act.kind] ?? "cup"} />
      <span>
        <Text>{act.text}</Text>
      </span>
    </>
  );
  if (act.give !== undefined) return <Gift act={act} give={act.give} happen={happen} />;
  if (act.redeem === undefined) return <p class="act">{said}</p>;
  return (
    <button type="button" class="act" onClick={() => happen({ kind: "redeem" })}>
      {said} <kbd aria-hidden="true" class="letter">{letter("redeem")}</kbd>
    </button>
  );
}

/** What one touch gives; once it is given, it says so. */
function Gift({ act, give, happen }: { act: Act; give: Giving; happen: (event: Event) => void }) {
  const given = give.given !== null;
  return (
    <button type="button" class="act" disabled={given} onClick={() => happen({ kind: "give" })}>
      <Icon name={given ? "check" : (ACTS[act.kind] ?? "cup")} />
      <span>
        {given && <b>{words("screen.counter.given")} · </b>}
        <Text>{act.text}</Text>
      </span>{" "}
      {!given && <kbd aria-hidden="true" class="letter">{letter("redeem")}</kbd>}
    </button>
  );
}

function Why({ why, nearly }: { why: readonly string[]; nearly: readonly string[] }) {
  const none = why.length + nearly.length === 0;
  const counted = (none ? [words("screen.counter.why.none")] : why).map((text) => ({ text, icon: "dot" as const }));
  const almost = nearly.map((text) => ({ text, icon: "ring" as const }));
  return (
    <ul class="why" aria-label={words("screen.counter.why.list")}>
      {[...counted, ...almost].slice(0, REASONS_MAX).map(({ text, icon }) => (
        <li key={text}>
          <Icon name={icon} />
          <span>
            {icon === "ring" && <span class="unseen">{words("screen.counter.why.nearly")} </span>}
            <Text>{text}</Text>
          </span>
        </li>
      ))}
    </ul>
  );
}
