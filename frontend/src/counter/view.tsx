/** The counter as a function of its state: border, ground, sentence; everything else small and quiet. */
import { useEffect, useRef } from "preact/hooks";

import { CLOSED } from "../live";
import { Band, type Cloth } from "../ui/band";
import { Icon } from "../ui/icons";
import type { Outcome } from "../wire";
import { counted, language, words } from "../words";
import { clockText, hourOf } from "./clock";
import { type Control, controls, letter } from "./controls";
import { CueMain } from "./cue";
import { layoutOf, useSize } from "./fit";
import { type Event, service, type State } from "./model";
import { FORM, PanelMain, Sentence } from "./panel";
import { Rail, rowsMax } from "./rail";
import { glass, type Glass, waiting } from "./shown";

interface Props {
  readonly state: State;
  readonly happen: (event: Event) => void;
  readonly calm: boolean; // the band empties in five steps
}

interface Shown extends Omit<Props, "calm"> {
  readonly shown: Glass;
}

const CALM_STEPS = 5;

export function Counter({ state, happen, calm }: Props) {
  const counter = useRef<HTMLElement>(null);
  const { width, height } = useSize(counter);
  const shown = glass(state);
  const queue = waiting(state);
  const cloth: Cloth = shown.kind === "cue" ? shown.open.cue.tone : "still";
  const rows = Math.min(queue.length, rowsMax(layoutOf(width, height), tight(state, shown)));
  const space = `${language()} ${width}x${height} ${queue.length > 0} ${rows}`;
  useFocus(counter, shown);
  return (
    <main class="counter" ref={counter}>
      <div class={`screen ${cloth} ${shown.kind === "cue" && shown.fading ? "fading" : ""}`}>
        <Band cloth={cloth} {...(shown.kind === "cue" && { spent: calm ? stepped(shown.spent) : shown.spent })} />
        <Top state={state} shown={shown} happen={happen} />
        <Main key={place(shown)} state={state} shown={shown} happen={happen} space={space} />
        {queue.length > 0 && <Rail cues={queue} now={service(state)} rows={rows} happen={happen} />}
        <Foot state={state} shown={shown} happen={happen} />
      </div>
    </main>
  );
}

function stepped(spent: number): number {
  return Math.floor(spent * CALM_STEPS) / CALM_STEPS;
}

/** What is another thing on the glass, and appears as such. */
function place(shown: Glass): string {
  return shown.kind === "cue" ? shown.open.cue.id : shown.kind === "panel" ? shown.panel.kind : shown.kind;
}

/** On the sentence, never on an answer, and never away from a field in which somebody types. */
function useFocus(counter: { readonly current: HTMLElement | null }, shown: Glass): void {
  useEffect(() => {
    if (document.activeElement instanceof HTMLInputElement) return;
    counter.current?.querySelector<HTMLElement>("h1[tabindex]")?.focus({ preventScroll: true });
  }, [place(shown)]);
}

function Main({ state, shown, happen, space }: Shown & { space: string }) {
  switch (shown.kind) {
    case "cue":
      return <CueMain shown={shown} happen={happen} space={space} />;
    case "panel":
      return <PanelMain panel={shown.panel} happen={happen} space={space} />;
    case "offline":
    case "first-day":
    case "refused":
      return <Own shown={shown} space={space} />;
    case "idle":
      return <Idle state={state} greeted={shown.greeted} />;
    case "waiting":
      return <div class="main" role="status" />;
    default:
      return shown satisfies never;
  }
}

type OwnKind = "offline" | "first-day" | "refused";

/** The house's own sentences. */
function Own({ shown, space }: { shown: Extract<Glass, { kind: OwnKind }>; space: string }) {
  return (
    <Sentence space={space} sub={under(shown)}>
      {words(`screen.counter.${shown.kind}`)}
    </Sentence>
  );
}

function under(shown: Extract<Glass, { kind: OwnKind }>): string {
  switch (shown.kind) {
    case "offline":
      return kept(shown.kept);
    case "first-day":
      return words("screen.counter.first-day.sub");
    case "refused":
      return words("screen.counter.refused.code", { code: String(CLOSED[shown.refusal]) });
    default:
      return shown satisfies never;
  }
}

function kept(n: number): string {
  return n === 0 ? words("screen.counter.offline.nothing") : counted("screen.counter.offline.kept", n);
}

function Idle({ state, greeted }: { state: State; greeted: number }) {
  const part = hourOf(state) < 12 ? "screen.counter.idle.morning" : "screen.counter.idle.day";
  return (
    <div class="main">
      <p class="clock figures">{clockText(state)}</p>
      <h1 class="sub">{greeted === 0 ? words("screen.counter.idle") : counted(part, greeted)}</h1>
    </div>
  );
}

function Top({ state, shown, happen }: Shown) {
  const Word = untitled(shown) ? "h1" : "p";
  const till = (shown.kind === "cue" ? shown.open.cue.till : null) ?? state.place.till;
  return (
    <header class="top">
      <Word class="tone">
        {shown.kind === "cue" && <Icon name={shown.open.cue.tone} />}
        {topWord(shown)}
      </Word>
      {shown.kind !== "refused" && <Net state={state} />}
      {till !== null && <span class="till">{words("screen.counter.till", { till })}</span>}
      <span class="clk figures">{clockText(state)}</span>
      <button
        type="button"
        class="ib"
        aria-label={words("screen.counter.sound")}
        aria-pressed={!state.muted}
        aria-keyshortcuts={letter("mute")}
        onClick={() => happen({ kind: "mute" })}
      >
        <Icon name={state.muted ? "mute" : "sound"} />
      </button>
    </header>
  );
}

/** Whose word at the top is the only heading. */
function untitled(shown: Glass): boolean {
  return shown.kind === "waiting" || (shown.kind === "panel" && ["find", "enrol", "keys"].includes(shown.panel.kind));
}

function topWord(shown: Glass): string {
  switch (shown.kind) {
    case "cue":
      return words(`screen.counter.tone.${shown.open.cue.tone}`);
    case "panel":
      return words(`screen.counter.top.${shown.panel.kind === "notice" ? shown.panel.notice : shown.panel.kind}`);
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

function tight(state: State, shown: Glass): boolean {
  return undoable(state, shown) !== null || (shown.kind === "panel" && shown.panel.kind === "enrol");
}

/** What the bar of undo takes back; idle has its own button for it. */
function undoable(state: State, shown: Glass): State["undo"] {
  return shown.kind === "idle" ? null : state.undo;
}

function Foot({ state, shown, happen }: Shown) {
  const undo = undoable(state, shown);
  return (
    <footer class="foot">
      {undo !== null && <UndoBar outcome={undo.outcome} happen={happen} />}
      <Buttons all={controls(state)} happen={happen} />
    </footer>
  );
}

function UndoBar({ outcome, happen }: { outcome: Outcome; happen: (event: Event) => void }) {
  return (
    <p class="bar">
      {words(outcome === "wrong-person" ? "screen.counter.undo.line.wrong" : "screen.counter.undo.line")}
      <button type="button" aria-keyshortcuts={letter("undo")} onClick={() => happen({ kind: "undo" })}>
        <Icon name="undo" />
        {words("screen.counter.undo")} <kbd>{letter("undo")}</kbd>
      </button>
    </p>
  );
}

const LABEL_CHARS = 14;

/** Two names or drinks may be too long to stand side by side. */
function long(all: readonly Control[]): boolean {
  return all.some((it) => it.label.length > LABEL_CHARS);
}

function Buttons({ all, happen }: { all: readonly Control[]; happen: (event: Event) => void }) {
  return (
    <div class={`answers of${all.length} ${all.some((it) => it.main) ? "led" : ""} ${long(all) ? "long" : ""}`}>
      {all.map((it) => (
        <button
          key={`${it.key} ${it.label}`}
          type={it.submits ? "submit" : "button"}
          form={it.submits ? FORM : undefined}
          class={it.main ? "b yes" : "b"}
          onClick={it.submits ? undefined : () => happen(it.event)}
        >
          {it.icon && <Icon name={it.icon} />}
          <span>{it.label}</span> <kbd aria-hidden="true">{it.key}</kbd>
        </button>
      ))}
    </div>
  );
}
