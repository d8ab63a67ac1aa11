/** The buttons at the foot and the keys: one list, so that a key does what its button does. */
import type { IconName } from "../ui/icons";
import { words } from "../words";
import type { Event, FindPanel, Panel, RedeemPanel, State } from "./model";
import type { RightPanel } from "./righting";
import { glass, type Glass } from "./shown";
import { LETTERS, type Letter, letter, letters } from "./letters";

export interface Control {
  readonly label: string;
  readonly key: string; // as it is pressed and as it is shown
  readonly event: Event;
  readonly icon?: IconName;
  readonly main?: boolean;
  readonly submits?: boolean; // Enter in a field presses it
}

const ENTER = "↵";
const ESCAPE = "Esc";

export function controls(state: State): readonly Control[] {
  const shown = glass(state);
  switch (shown.kind) {
    case "cue":
      return answers(shown);
    case "panel":
      return panelControls(shown.panel, state.staff.shift !== null);
    case "offline":
      return [
        find(),
        { label: words("screen.counter.retry"), key: letter("retry"), event: { kind: "retry" }, icon: "swap" },
      ];
    case "first-day":
      return [
        { ...enrol(), main: true },
        { label: words("screen.counter.poster"), key: letter("poster"), event: { kind: "poster" }, icon: "print" },
      ];
    case "idle":
      return state.undo === null ? [find(), enrol()] : [find(), enrol(), undoLast()];
    case "waiting":
    case "refused":
      return [];
    default:
      return shown satisfies never;
  }
}

function answers({ replies, open }: Extract<Glass, { kind: "cue" }>): readonly Control[] {
  return replies.map(({ label, key, main = false }, index) => ({
    label,
    key,
    event: { kind: "answer", index },
    main,
    ...((main || open.cue.tone === "inform") && { icon: "check" }),
  }));
}

function panelControls(panel: Panel, taken: boolean): readonly Control[] {
  switch (panel.kind) {
    case "staff":
      return taken ? [signOff(), leave("screen.counter.skip")] : [leave("screen.counter.skip")];
    case "pin":
      return [leave("screen.counter.skip")];
    case "find":
      return finding(panel);
    case "camera":
      return [type(), leave("screen.counter.skip")];
    case "redeem":
      return redeeming(panel);
    case "give":
      return panel.choices?.surprises ? [submit("screen.counter.give.go", "gift"), leave("screen.counter.skip")] : [leave("screen.counter.skip")];
    case "enrol":
      return [submit("screen.counter.save", "check"), leave("screen.counter.skip")];
    case "stranger":
      return [{ ...enrol(), main: true }, find(), leave("screen.counter.skip")];
    case "wrong":
      return [find(), enrol(), leave("screen.counter.nobody")];
    case "made":
      return [{ ...leave("screen.counter.done"), icon: "check", main: true }];
    case "notice":
      return panel.notice === "unread"
        ? [{ ...type(), main: true }, again(), leave("screen.counter.skip")]
        : [leave("screen.counter.ok")];
    case "person":
    case "pair":
    case "joined":
      return panel.busy ? [] : righting(panel);
    case "keys":
      return [leave("screen.counter.done")];
    default:
      return panel satisfies never;
  }
}

/** Whoever is found is here, or is put right: their card, what tells them, or who they are. */
function finding({ purpose }: FindPanel): readonly Control[] {
  const go = submit("screen.counter.find.go", "find");
  if (purpose.act === "here") return [go, camera(), toRight(), leave("screen.counter.skip")];
  return [go, leave("screen.counter.skip")];
}

function toRight(): Control {
  return { label: words("screen.counter.right"), key: letter("right"), event: { kind: "right" }, icon: "edit" };
}

function righting(panel: RightPanel): readonly Control[] {
  switch (panel.kind) {
    case "person":
      return [
        { label: words("screen.counter.right.card"), key: "1", event: { kind: "new-card" }, icon: "card" },
        { label: words("screen.counter.right.same"), key: "2", event: { kind: "same-as" }, icon: "person" },
        panel.told.sharers.length === 0
          ? { label: words("screen.counter.right.also"), key: "3", event: { kind: "also" } }
          : { label: words("screen.counter.right.unshare"), key: "3", event: { kind: "unshare" } },
        leave("screen.counter.done"),
      ];
    case "pair":
      return [
        { label: words("screen.counter.right.merge"), key: "1", event: { kind: "merge" }, icon: "check", main: true },
        leave("screen.counter.right.not"),
      ];
    case "joined":
      return [
        { label: words("screen.counter.undo"), key: letter("undo"), event: { kind: "part" }, icon: "undo" },
        { ...leave("screen.counter.done"), icon: "check", main: true },
      ];
    default:
      return panel satisfies never;
  }
}

function redeeming({ busy, redeem }: RedeemPanel): readonly Control[] {
  if (busy) return [];
  const use = words(redeem.word ? "screen.counter.use.said" : "screen.counter.use");
  return [
    { label: use, key: "1", event: { kind: "use" }, icon: "check", main: true },
    { label: words("screen.counter.keep"), key: "2", event: { kind: "dismiss" } },
    { label: words("screen.counter.wrong"), key: "3", event: { kind: "not-them" } },
  ];
}

function signOff(): Control {
  return { label: words("screen.counter.staff.off"), key: letter("staff"), event: { kind: "sign-off" }, icon: "x" };
}

function type(): Control {
  return { label: words("screen.counter.type"), key: letter("type"), event: { kind: "find" }, icon: "edit" };
}

function again(): Control {
  return { ...camera(), label: words("screen.counter.again") };
}

function camera(): Control {
  return { label: words("screen.counter.camera"), key: letter("camera"), event: { kind: "camera" }, icon: "scan" };
}

function find(): Control {
  return { label: words("screen.counter.find"), key: letter("find"), event: { kind: "find" }, icon: "find" };
}

function enrol(): Control {
  return { label: words("screen.counter.new"), key: letter("new"), event: { kind: "new" }, icon: "plus" };
}

function undoLast(): Control {
  return { label: words("screen.counter.undo.last"), key: letter("undo"), event: { kind: "undo" }, icon: "undo" };
}

function submit(label: "screen.counter.find.go" | "screen.counter.save" | "screen.counter.give.go", icon: IconName): Control {
  return { label: words(label), key: ENTER, event: { kind: "submit" }, icon, main: true, submits: true };
}

type Leaving = "screen.counter.right.not" | "screen.counter.skip" | "screen.counter.nobody" | "screen.counter.done" | "screen.counter.ok";

function leave(label: Leaving): Control {
  return { label: words(label), key: ESCAPE, event: { kind: "dismiss" } };
}

/** What a single key does now; nothing, if nothing shown has that key. */
export function pressed(state: State, key: string): Event | null {
  const shown = glass(state);
  const upper = key.toUpperCase();
  const named = LETTERS.filter((of) => letters(of).includes(upper)); // one letter may do this here and that there
  const keys = [upper, shownKey(key), ...named.map(letter)];
  const control = controls(state).find((it) => keys.includes(it.key));
  if (control !== undefined) return control.event;
  if (shown.kind === "refused") return null;
  return named.map((of) => lettered(of, shown)).find((it) => it !== null) ?? other(state, shown, upper);
}

function lettered(of: Letter, shown: Glass): Event | null {
  switch (of) {
    case "why":
      return shown.kind === "cue" ? { kind: "why" } : null;
    case "redeem":
      return shown.kind === "cue" ? theirs(shown) : null;
    case "give":
      return shown.kind === "cue" ? { kind: "on-house" } : null;
    case "poster":
      return shown.kind === "idle" ? { kind: "poster" } : null;
    case "undo":
    case "find":
    case "new":
    case "camera":
    case "mute":
    case "staff":
      return { kind: of };
    case "retry":
    case "type":
    case "right":
      return null; // only where their button is
    default:
      return of satisfies never;
  }
}

/** The one thing that the cue lets the barista do. */
function theirs({ redeem, give }: Extract<Glass, { kind: "cue" }>): Event | null {
  if (redeem !== null) return { kind: "redeem" };
  return give !== null && give.given === null ? { kind: "give" } : null;
}

function other(state: State, shown: Glass, key: string): Event | null {
  switch (key) {
    case "ESCAPE":
      return { kind: "dismiss" };
    case "ENTER":
      if (shown.kind === "panel" && shown.panel.kind === "redeem") return { kind: "use" };
      return shown.kind === "cue" ? likeliest(shown) : null;
    case "TAB":
      return state.cues.length > 1 && state.panel === null ? { kind: "next" } : null;
    case "/":
      return { kind: "find" };
    case "?":
      return { kind: "keys" };
    default:
      return null;
  }
}

/** Enter takes the filled answer, or the only one: of two likely ones it takes none. */
function likeliest({ replies }: Extract<Glass, { kind: "cue" }>): Event | null {
  return replies[0]?.main || replies.length === 1 ? { kind: "answer", index: 0 } : null;
}

function shownKey(key: string): string {
  return key === "Escape" ? ESCAPE : key === "Enter" ? ENTER : key;
}
