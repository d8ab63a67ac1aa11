/** The top of the screen: what kind of moment it is, the link, till, clock and sound. */
import { Icon } from "../ui/icons";
import type { Tone } from "../wire";
import { words } from "../words";
import { clockText } from "./clock";
import { isCodeFault } from "./faults";
import { letter } from "./letters";
import type { Event, Panel, State } from "./model";
import type { Glass } from "./shown";

interface Props {
  readonly state: State;
  readonly shown: Glass;
}

export function Top({ state, shown }: Props) {
  const Word = untitled(shown) ? "h1" : "p";
  const tone = toneOf(shown);
  const till = (shown.kind === "cue" ? shown.open.cue.till : null) ?? state.place.till;
  return (
    <header class="top">
      <Word class="tone">
        {tone !== null && <Icon name={tone} />}
        {topWord(shown)}
        {shown.kind === "cue" && shown.open.cue.spoken != null && (
          <span class="spoken" dir="auto">
            {words("screen.counter.spoken", { name: shown.open.cue.spoken })}
          </span>
        )}
      </Word>
      {shown.kind !== "refused" && <Net state={state} />}
      {till !== null && <span class="till">{words("screen.counter.till", { till })}</span>}
      <span class="clk figures">{clockText(state)}</span>
    </header>
  );
}

/** At the end of the order of focus, though it stands at the top. */
export function Sound({ muted, happen }: { muted: boolean; happen: (event: Event) => void }) {
  return (
    <button
      type="button"
      class="ib"
      aria-label={words("screen.counter.sound")}
      aria-pressed={!muted}
      aria-keyshortcuts={letter("mute")}
      onClick={() => happen({ kind: "mute" })}
    >
      <Icon name={muted ? "mute" : "sound"} />
    </button>
  );
}

/** Something for whoever is on the glass. */
export function OnHouse({ happen }: { happen: (event: Event) => void }) {
  return (
    <button
      type="button"
      class="ib onhouse"
      aria-label={words("screen.counter.give")}
      aria-keyshortcuts={letter("give")}
      onClick={() => happen({ kind: "on-house" })}
    >
      <Icon name="gift" />
    </button>
  );
}

/** Whose word at the top is the only heading. */
function untitled(shown: Glass): boolean {
  if (shown.kind !== "panel") return shown.kind === "waiting";
  const { panel } = shown;
  return ["find", "enrol", "keys", "pin", "give"].includes(panel.kind) || (panel.kind === "camera" && panel.fault === null);
}

function topWord(shown: Glass): string {
  switch (shown.kind) {
    case "cue":
      return words(`screen.counter.tone.${shown.open.cue.tone}`);
    case "panel":
      return panelWord(shown.panel);
    case "offline":
    case "first-day":
    case "refused":
    case "idle":
    case "waiting":
      return words(`screen.counter.top.${shown.kind}`);
    default:
      return shown satisfies never;
  }
}

function panelWord(panel: Panel): string {
  if (panel.kind === "redeem") return words(`screen.counter.tone.${panel.open.cue.tone}`);
  if (panel.kind !== "notice") return words(`screen.counter.top.${panel.kind}`);
  return words(isCodeFault(panel.notice) ? "screen.counter.top.code" : `screen.counter.top.${panel.notice}`);
}

function Net({ state }: { state: State }) {
  const { link, kept, shop } = state;
  if (link.up) return <span class="unseen">{words("screen.counter.connected")}</span>;
  if (shop === null) return <span class="net">{words("screen.counter.connecting")}</span>;
  return (
    <span class="net">
      <Icon name="off" />
      {words("screen.counter.reconnecting")}
      {kept.length > 0 && <span class="kept">{words("screen.counter.reconnecting.kept", { n: kept.length })}</span>}
    </span>
  );
}

/** Of a cue, or of the reward that is asked about. */
export function toneOf(shown: Glass): Tone | null {
  if (shown.kind === "cue") return shown.open.cue.tone;
  return shown.kind === "panel" && shown.panel.kind === "redeem" ? shown.panel.open.cue.tone : null;
}
