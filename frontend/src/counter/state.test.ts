import { describe, expect, test } from "vitest";

import { closed, cue, iso, raised, Screen } from "../make";
import type { Cue } from "../wire";
import { GUARD_MS, OFFLINE_MS, UNDO_MS, WHY_MS } from "./model";
import { glass, type Glass, waiting } from "./shown";

const amina = cue({ id: "amina" });
const juma = cue({ id: "juma", name: "Juma", tone: "repair" });
const thiri = cue({ id: "thiri", name: "Thiri", tone: "ask", choices: ["Latte", "Masala tea"] });
const quiet = cue({ id: "quiet", name: null, tone: "inform", expires_at: iso(8) });

function shown(screen: Screen): Glass {
  return glass(screen.state);
}

function front(screen: Screen): string | undefined {
  const it = shown(screen);
  return it.kind === "cue" ? it.open.cue.id : undefined;
}

const queue = (screen: Screen): string[] => waiting(screen.state).map((it) => it.cue.id);
const fault = (code: string) =>
  ({ kind: "message", message: { type: "fault", error: { code, message: "", at: "" } } }) as const;
const comes = (one: Cue) => ({ kind: "message", message: raised(one) }) as const;

describe("what is on the glass", () => {
  test("before the service has spoken: nothing is claimed", () => {
    expect(shown(new Screen().at(1, { kind: "tick" })).kind).toBe("waiting");
  });

  test("nobody here: idle, with how many were greeted", () => {
    expect(shown(new Screen().up(0, { greeted: 12 }))).toEqual({ kind: "idle", greeted: 12 });
  });

  test("a shop without people: the first day", () => {
    const screen = new Screen().up(0, { people: 0 });
    expect(shown(screen).kind).toBe("first-day");
    expect(front(screen.at(1, comes(amina)))).toBe("amina");
    expect(shown(screen.at(200, { kind: "tick" })).kind).toBe("idle");
  });

  test("the first of several, the others in the order in which they came", () => {
    const screen = new Screen().up(0, { cues: [amina, juma] }).at(1, comes(thiri));
    expect(front(screen)).toBe("amina");
    expect(queue(screen)).toEqual(["juma", "thiri"]);
  });

  test("a short break is no more than a word; a longer one says so", () => {
    const screen = new Screen().up().down(10);
    expect(shown(screen.at(14.9, { kind: "tick" })).kind).toBe("idle");
    expect(shown(screen.at(10 + OFFLINE_MS / 1_000, { kind: "tick" })).kind).toBe("offline");
    expect(shown(screen.up(20)).kind).toBe("idle");
  });

  test("a cue that is there when the link breaks goes by its age, and none is made up", () => {
    const screen = new Screen()
      .up(0, { cues: [amina] })
      .down(10)
      .at(60, { kind: "tick" });
    expect(front(screen)).toBe("amina");
    expect(shown(screen.at(120, { kind: "tick" })).kind).toBe("offline");
  });

  test("a refused key takes everything off the glass", () => {
    const screen = new Screen().up(0, { cues: [amina] });
    const link = { phase: "refused", refusal: "other-shop", since: 0, seq: 1, tries: 0, retryAt: 0 } as const;
    screen.at(1, { kind: "link", link: { ...link, askAt: 0, deadAt: 0, gap: false, tickAt: 0 } });
    expect(shown(screen)).toEqual({ kind: "refused", refusal: "other-shop" });
  });
});

describe("age", () => {
  test("fades in its last fifth, and is gone when it is over", () => {
    const screen = new Screen().up(0, { cues: [amina] });
    expect(shown(screen.at(95, { kind: "tick" }))).toMatchObject({ kind: "cue", fading: false });
    expect(shown(screen.at(96, { kind: "tick" }))).toMatchObject({ kind: "cue", fading: true, spent: 0.8 });
    expect(shown(screen.at(120, { kind: "tick" })).kind).toBe("idle");
  });

  test("is measured by the service's clock, whatever this machine's says", () => {
    const screen = new Screen().up(0);
    const message = raised(cue({ id: "late", at: iso(3_600), expires_at: iso(3_720) }), { now: iso(3_660) });
    expect(shown(screen.at(1, { kind: "message", message }))).toMatchObject({ spent: 0.5 });
  });

  test("what was missed and is too old never shows", () => {
    const screen = new Screen().up().at(1, { kind: "message", message: raised(amina, { now: iso(500) }) });
    expect(shown(screen).kind).toBe("idle");
  });
});

describe("answers", () => {
  const done = (outcome: string, id = "amina") => ({ kind: "send", message: { type: "done", cue: id, outcome } });

  test.each([
    [0, "usual"],
    [1, "other"],
    [2, "wrong-person"],
  ])("button %i is %s", (index, outcome) => {
    const screen = new Screen().up(0, { cues: [amina] }).at(1, { kind: "answer", index });
    expect(screen.news()).toContainEqual(done(outcome));
    expect(queue(screen)).toEqual([]);
  });

  test.each([
    [0, { outcome: "usual", choice: 0 }],
    [1, { outcome: "usual", choice: 1 }],
    [2, { outcome: "other" }],
  ])("of two asked for, button %i is %o", (index, said) => {
    const screen = new Screen().up(0, { cues: [thiri] });
    expect(shown(screen)).toMatchObject({
      replies: [{ label: "Latte" }, { label: "Masala tea" }, { label: "Neither" }],
    });
    screen.news();
    expect(screen.at(1, { kind: "answer", index }).news()).toStrictEqual([
      { kind: "send", message: { type: "done", cue: "thiri", ...said } },
    ]);
  });

  test.each([
    [0, "other"],
    [1, "wrong-person"],
  ])("of a greeting without a usual, button %i is %s: nobody took what was not offered", (index, outcome) => {
    const tumaini = cue({ id: "tumaini", say: "Greet \u2068Tumaini\u2069", offer: false });
    const screen = new Screen().up(0, { cues: [tumaini] }).at(1, { kind: "answer", index });
    expect(screen.news()).toContainEqual(done(outcome, "tumaini"));
  });

  test("a quiet card is only put away", () => {
    expect(
      new Screen()
        .up(0, { cues: [quiet] })
        .at(1, { kind: "answer", index: 0 })
        .news(),
    ).toContainEqual(done("dismissed", "quiet"));
  });

  test("too soon after the cue appeared, a press was meant for something else", () => {
    const screen = new Screen().up(0, { cues: [amina] });
    screen.news();
    expect(screen.at((GUARD_MS - 1) / 1_000, { kind: "answer", index: 0 }).news()).toEqual([]);
    expect(front(screen)).toBe("amina");
    expect(screen.at(GUARD_MS / 1_000, { kind: "answer", index: 0 }).news()).toEqual([done("usual")]);
  });

  test("and a second press does not answer the next one", () => {
    const screen = new Screen().up(0, { cues: [amina, juma] }).at(1, { kind: "answer", index: 0 });
    screen.at(1.2, { kind: "answer", index: 0 });
    expect(front(screen)).toBe("juma");
  });

  test("an answer that crosses a renewal or a snapshot stays an answer", () => {
    const screen = new Screen().up(0, { cues: [amina] }).at(1, { kind: "answer", index: 0 });
    expect(shown(screen.at(1.1, comes(amina))).kind).toBe("idle");
    expect(shown(screen.up(1.2, { cues: [amina] })).kind).toBe("idle");
  });

  test("an answer given without a link is sent when it is back", () => {
    const screen = new Screen()
      .up(0, { cues: [amina] })
      .down(1)
      .at(2, { kind: "answer", index: 1 });
    screen.news();
    expect(screen.up(5, { cues: [amina] }).news()).toEqual([done("other")]);
    screen.at(6, { kind: "message", message: closed("amina", { outcome: "other" }) }).down(7);
    screen.news();
    expect(screen.up(8).news()).toEqual([]);
  });

  test("greetings of the day are counted, dismissals are not", () => {
    const screen = new Screen().up(0, { greeted: 3 });
    screen.at(1, { kind: "message", message: closed("a") });
    screen.at(1, { kind: "message", message: closed("b", { outcome: "expired" }) });
    expect(shown(screen)).toEqual({ kind: "idle", greeted: 4 });
  });
});

describe("undo", () => {
  const answered = () => new Screen().up(0, { cues: [amina, juma] }).at(1, { kind: "answer", index: 0 });

  test("brings the cue back to the front and tells the service", () => {
    const screen = answered();
    screen.news();
    expect(screen.at(2, { kind: "undo" }).news()).toEqual([{ kind: "send", message: { type: "undo", cue: "amina" } }]);
    expect(front(screen)).toBe("amina");
    expect(screen.state.undo).toBeNull();
  });

  test("lives 30 seconds and survives the next cue", () => {
    const screen = answered().at(1 + UNDO_MS / 1_000 - 0.1, { kind: "tick" });
    expect(front(screen)).toBe("juma");
    expect(screen.state.undo).not.toBeNull();
    expect(screen.at(1 + UNDO_MS / 1_000, { kind: "tick" }).state.undo).toBeNull();
  });

  test("the service's refusal is said, and the cue is gone again", () => {
    const screen = answered().at(2, { kind: "undo" });
    screen.news();
    screen.at(3, fault("too-late"));
    expect(screen.news()).toEqual([]);
    expect(queue(screen)).toEqual(["juma"]);
    expect(shown(screen)).toMatchObject({ kind: "panel", panel: { kind: "notice", notice: "too-late" } });
  });

  test("a refusal concerns the oldest message that waits: later answers are still sent after a break", () => {
    const screen = answered().at(2, { kind: "undo" });
    screen.at(3, { kind: "front", cue: "juma" }).at(4, { kind: "answer", index: 1 }, fault("too-late"));
    expect(shown(screen)).toMatchObject({ kind: "panel", panel: { kind: "notice", notice: "too-late" } });
    screen.down(5);
    screen.news();
    expect(screen.up(6, { cues: [juma] }).news()).toEqual([
      { kind: "send", message: { type: "done", cue: "juma", outcome: "other" } },
    ]);
  });

  test("a refused answer is not sent again, the one after it is", () => {
    const screen = answered().at(2, { kind: "answer", index: 1 }, fault("unknown-cue")).down(5);
    screen.news();
    expect(screen.up(6).news()).toEqual([
      { kind: "send", message: { type: "done", cue: "juma", outcome: "other" } },
    ]);
  });

  test("wrong person asks who it is, and undo closes the question", () => {
    const screen = new Screen().up(0, { cues: [amina] }).at(1, { kind: "answer", index: 2 });
    expect(shown(screen)).toMatchObject({ kind: "panel", panel: { kind: "wrong" } });
    expect(front(screen.at(2, { kind: "undo" }))).toBe("amina");
  });
});

describe("why", () => {
  test("opens, and closes by itself", () => {
    const screen = new Screen().up(0, { cues: [amina] }).at(1, { kind: "why" });
    expect(shown(screen)).toMatchObject({ why: true });
    expect(shown(screen.at(1 + WHY_MS / 1_000, { kind: "tick" }))).toMatchObject({ why: false });
  });

  test("belongs to its cue: the next one's reasons stay closed", () => {
    const screen = new Screen()
      .up(0, { cues: [amina, juma] })
      .at(1, { kind: "why" })
      .at(2, { kind: "next" });
    expect(shown(screen)).toMatchObject({ open: { cue: { id: "juma" } }, why: false });
  });

  test("Esc closes the reasons first, then the cue", () => {
    const screen = new Screen().up(0, { cues: [amina] }).at(1, { kind: "why" }, { kind: "dismiss" });
    expect(shown(screen)).toMatchObject({ kind: "cue", why: false });
    expect(shown(screen.at(2, { kind: "dismiss" })).kind).toBe("idle");
  });

  test("of a greeting without reasons is that there is nothing special", () => {
    const screen = new Screen().up(0, { cues: [cue({ why: [] })] }).at(1, { kind: "why" });
    expect(shown(screen)).toMatchObject({ why: true });
  });

  test("of a quiet card is not told", () => {
    const screen = new Screen().up(0, { cues: [{ ...quiet, why: [] }] }).at(1, { kind: "why" });
    expect(shown(screen)).toMatchObject({ why: false });
  });
});

describe("the queue", () => {
  test("tap and Tab bring one to the front", () => {
    const screen = new Screen().up(0, { cues: [amina, juma, thiri] }).at(1, { kind: "front", cue: "thiri" });
    expect([front(screen), ...queue(screen)]).toEqual(["thiri", "amina", "juma"]);
    screen.at(2, { kind: "next" });
    expect([front(screen), ...queue(screen)]).toEqual(["amina", "juma", "thiri"]);
  });

  test("while somebody types, everybody waits in the rail", () => {
    const screen = new Screen().up().at(1, { kind: "new" }).at(2, comes(amina));
    expect(shown(screen)).toMatchObject({ kind: "panel", panel: { kind: "enrol" } });
    expect(queue(screen)).toEqual(["amina"]);
  });

  test("a tapped one covers the form, and the form comes back with its text", () => {
    const screen = new Screen().up().at(1, { kind: "new" }, { kind: "edit", field: "name", value: "Ben" });
    screen.at(2, comes(amina), { kind: "front", cue: "amina" });
    expect(front(screen)).toBe("amina");
    screen.at(3, { kind: "answer", index: 0 });
    expect(shown(screen)).toMatchObject({ kind: "panel", panel: { kind: "enrol", name: "Ben" } });
  });

  test("a sentence that only tells makes room for somebody who is here", () => {
    const screen = new Screen().up().at(1, { kind: "keys" }).at(2, comes(amina));
    expect(front(screen)).toBe("amina");
  });
});

describe("the chime", () => {
  const chimes = (screen: Screen): number =>
    screen.news().filter((it) => (it as { kind: string }).kind === "chime").length;

  test("once for a new cue, not for its renewal, not for a queue that moves up", () => {
    const screen = new Screen().up().at(1, comes(amina));
    expect(chimes(screen)).toBe(1);
    expect(chimes(screen.at(20, comes(amina)))).toBe(0);
    screen.at(30, comes(juma));
    expect(chimes(screen)).toBe(1);
    expect(chimes(screen.at(31, { kind: "answer", index: 0 }).at(40, { kind: "tick" }))).toBe(0);
  });

  test("not for somebody who left before the screen came back", () => {
    const gone = cue({ id: "gone", expires_at: iso(-1) });
    expect(chimes(new Screen().up(0, { cues: [gone] }))).toBe(0);
    expect(chimes(new Screen().up(0, { cues: [amina] }))).toBe(1);
  });

  test("never twice in four seconds, never for a quiet card, never when muted", () => {
    const screen = new Screen().up().at(1, comes(amina), comes(juma)).at(3, comes(thiri));
    expect(chimes(screen)).toBe(1);
    expect(chimes(screen.at(20, comes({ ...quiet, expires_at: iso(90) })))).toBe(0);
    expect(chimes(screen.at(30, { kind: "mute" }, comes(cue({ id: "ben" }))))).toBe(0);
  });
});
