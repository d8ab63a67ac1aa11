/** The counter as a function of its state: border, ground, sentence; everything else small and quiet. */
import { useEffect, useRef } from "preact/hooks";

import { CLOSED } from "../live";
import { Band, type Cloth } from "../ui/band";
import { Icon } from "../ui/icons";
import type { Silent } from "../wire";
import { counted, language, words } from "../words";
import { clockText, hourOf, timeOf } from "./clock";
import { type Control, controls } from "./controls";
import { letter } from "./letters";
import { CueMain } from "./cue";
import { type Layout, layoutOf, useSize } from "./fit";
import type { Gave } from "./gifts";
import { gaveLast } from "./giving";
import { type Event, type Last, service, type State } from "./model";
import { FORM } from "./forms";
import { PanelMain, Sentence } from "./panel";
import { Rail, rowsMax } from "./rail";
import { glass, type Glass, waiting } from "./shown";
import { staffed } from "./staff";
import { Whom } from "./team";
import { OnHouse, Sound, Top, toneOf } from "./top";

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
  const queue = listing(shown) ? [] : waiting(state);
  const tone = toneOf(shown);
  const cloth: Cloth = tone ?? "still";
  const layout = layoutOf(width, height);
  const narrow = layout !== "landscape" && needy(shown, layout); // the form has the room
  const rows = narrow ? 0 : Math.min(queue.length, rowsMax(layout, tight(state, shown)));
  const space = `${language()} ${width}x${height} ${queue.length > 0} ${rows}`;
  useFocus(counter, shown);
  return (
    <main class="counter" ref={counter}>
      <div class={`screen ${cloth} ${undoable(state, shown) ? "undoing" : ""} ${staffed(state) ? "staffed" : ""} ${shown.kind === "cue" && shown.fading ? "fading" : ""}`}>
        <Band cloth={cloth} {...(shown.kind === "cue" && { spent: calm ? stepped(shown.spent) : shown.spent })} />
        <Top state={state} shown={shown} />
        <Main key={place(shown)} state={state} shown={shown} happen={happen} space={space} />
        <Foot state={state} shown={shown} happen={happen} />
        {queue.length > 0 && <Rail cues={queue} now={service(state)} rows={rows} happen={happen} />}
        <Whom state={state} happen={happen} />
        {shown.kind === "cue" && state.link.up && <OnHouse happen={happen} />}
        <Sound muted={state.muted} happen={happen} />
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
      return <PanelMain panel={shown.panel} state={state} busy={state.giving !== null} happen={happen} space={space} />;
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
  const silent = state.shop?.silent ?? null;
  return (
    <div class="main">
      <p class="clock figures">{clockText(state)}</p>
      <h1 class="sub">{greeted === 0 ? words("screen.counter.idle") : counted(part, greeted)}</h1>
      {silent !== null && <Silence silent={silent} state={state} />}
    </div>
  );
}

/** The till has not spoken for longer than it ever does: somebody may look at its cable. */
function Silence({ silent, state }: { silent: Silent; state: State }) {
  const { till, since } = silent;
  return (
    <p class="silent" role="status">
      <Icon name="alert" />
      {since === null
        ? words("screen.counter.silent.today", { till })
        : words("screen.counter.silent", { till, time: timeOf(state, since) })}
    </p>
  );
}

function tight(state: State, shown: Glass): boolean {
  return undoable(state, shown) !== null || typing(shown) || (shown.kind === "cue" && shown.why);
}

/** What would be cut beside rows of those who wait; how many they are still stands there. */
function needy(shown: Glass, layout: Layout): boolean {
  if (shown.kind !== "panel") return false;
  const { kind } = shown.panel;
  return kind === "find" || kind === "staff" ? layout === "strip" || layout === "short" : kind === "enrol" || kind === "pin";
}

/** The list of keys has the glass for itself, until the next who comes; its keys do what they say. */
function listing(shown: Glass): boolean {
  return shown.kind === "panel" && shown.panel.kind === "keys";
}

function typing(shown: Glass): boolean {
  return shown.kind === "panel" && ["enrol", "find", "staff", "pin", "give"].includes(shown.panel.kind);
}

/** What the bar of undo says it takes back; idle has its own button for it. */
function undoable(state: State, shown: Glass): string | null {
  if (listing(shown)) return null;
  if (gaveLast(state) && state.gave !== null) return gaveLine(state.gave);
  return shown.kind === "idle" || state.undo === null ? null : undoLine(state.undo);
}

/** What was booked. */
function gaveLine({ name }: Gave): string {
  return name === null
    ? words("screen.counter.undo.line.surprise")
    : words("screen.counter.undo.line.gave", { what: `\u2068${name}\u2069` });
}

function Foot({ state, shown, happen }: Shown) {
  const line = undoable(state, shown);
  return (
    <footer class="foot">
      {line !== null && <UndoBar line={line} happen={happen} />}
      <Buttons all={controls(state)} happen={happen} />
    </footer>
  );
}

function UndoBar({ line, happen }: { line: string; happen: (event: Event) => void }) {
  return (
    <p class="bar">
      {line}
      <button type="button" aria-keyshortcuts={letter("undo")} onClick={() => happen({ kind: "undo" })}>
        <Icon name="undo" />
        {words("screen.counter.undo")} <kbd class="letter">{letter("undo")}</kbd>
      </button>
    </p>
  );
}

function undoLine({ outcome, moved, open }: Last): string {
  if (moved) return words(open.cue.sale ? "screen.counter.undo.line.moved" : "screen.counter.undo.line");
  if (outcome === "wrong-person") return words("screen.counter.undo.line.wrong");
  return words(outcome === "redeemed" ? "screen.counter.undo.line.redeemed" : "screen.counter.undo.line");
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
          <span>{it.label}</span>{" "}
          <kbd aria-hidden="true" class={it.key.length === 1 && !it.submits ? "letter" : undefined}>
            {it.key}
          </kbd>
        </button>
      ))}
    </div>
  );
}
