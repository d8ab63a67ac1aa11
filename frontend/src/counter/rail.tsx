/** Who waits: name and tone, never what they drink. */
import { Band } from "../ui/band";
import { Icon } from "../ui/icons";
import { Name } from "../ui/text";
import { words } from "../words";
import { type Open, spent } from "./cues";
import type { Layout } from "./fit";
import type { Event } from "./model";

const SHOWN_MAX: Record<Layout, number> = { landscape: 4, low: 3, lowest: 1, portrait: 2, strip: 2, short: 1 };
const TIGHT_MAX: Record<Layout, number> = { ...SHOWN_MAX, strip: 1, short: 0 };

/** Of those who wait, how many have a row of their own. `tight`: a form, the reasons, or the bar of undo need the room. */
export function rowsMax(layout: Layout, tight: boolean): number {
  return (tight ? TIGHT_MAX : SHOWN_MAX)[layout];
}

interface Props {
  readonly cues: readonly Open[];
  readonly now: number; // service's clock
  readonly rows: number;
  readonly happen: (event: Event) => void;
}

export function Rail({ cues, now, rows, happen }: Props) {
  const shown = cues.slice(0, rows);
  const more = cues.length - shown.length;
  return (
    <nav class={rows === 0 ? "rail bare" : "rail"} aria-label={words("screen.counter.waiting")}>
      <h2>
        {words("screen.counter.then")}
        {more > 0 && <span class="more figures">{words("screen.counter.more", { n: more })}</span>}
      </h2>
      {shown.map((open) => (
        <Waiting key={open.cue.id} open={open} now={now} happen={happen} />
      ))}
    </nav>
  );
}

function Waiting({ open, now, happen }: { open: Open } & Pick<Props, "now" | "happen">) {
  const { id, name, tone } = open.cue;
  return (
    <button type="button" class={`waits ${tone}`} onClick={() => happen({ kind: "front", cue: id })}>
      <Band cloth={tone} spent={spent(open, now)} />
      <span class="who">
        {name !== null && (
          <b title={name}>
            <Name>{name}</Name>
          </b>
        )}
        <span class="tone">
          <Icon name={tone} />
          {words(`screen.counter.tone.${tone}`)}
        </span>
      </span>
    </button>
  );
}
