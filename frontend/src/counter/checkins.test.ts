import { describe, expect, test } from "vitest";

import type { Answer } from "../api";
import { cue, iso, NOON, raised, Screen } from "../make";
import type { CheckinAnswer } from "../wire";
import { KEPT_RETRY_MS, SLOW_DOWN_MS } from "./model";
import { glass } from "./shown";

const KNOWN = { kind: "ok", value: { cue: cue({ id: "theirs" }) } as CheckinAnswer } as const;
const AWAY = { kind: "unreachable" } as const;
const refused = (status: number) => ({ kind: "refused", status, fault: { code: "", message: "", at: "" } }) as const;

interface Sent {
  readonly kind: "checkin";
  readonly id: string;
  readonly body: { readonly card?: string; readonly phone?: string; readonly at?: string };
}

function sent(screen: Screen): Sent[] {
  return screen.news().filter((it): it is Sent => (it as { kind: string }).kind === "checkin");
}

/** Scans a card and answers what was sent. */
function scan(screen: Screen, at: number, answer: Answer<CheckinAnswer>, text = "7K4M29QX"): Screen {
  screen.news();
  const [one] = sent(screen.at(at, { kind: "scanned", text }));
  if (one === undefined) throw new Error("nothing was sent");
  return screen.at(at + 0.1, { kind: "checked", id: one.id, answer });
}

describe("a card's code that is not taken says why", () => {
  test.each([
    ["code-old", 409],
    ["code-used", 409],
    ["code-early", 409],
    ["code-forged", 422],
    ["card-elsewhere", 404],
  ] as const)("%s", (code, status) => {
    const answer = { kind: "refused", status, fault: { code, message: "", at: "" } } as const;
    const screen = scan(new Screen().up(), 1, answer, "7K4M29QX179573520004917263");
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "notice", notice: code } });
    expect(screen.state.kept).toEqual([]);
  });
});

describe("a scan", () => {
  test("is sent at once, without a time: the customer stands here", () => {
    const screen = new Screen().up();
    screen.news();
    expect(sent(screen.at(1, { kind: "scanned", text: "https://x.example/card.html#7K4M29QX" }))).toMatchObject([
      { body: { shop: "s", till: "2", card: "7K4M29QX" } },
    ]);
    expect(screen.state.kept[0]?.checkin.at).toBe(iso(1));
  });

  test("is written down until it is answered", () => {
    expect(scan(new Screen().up(), 1, KNOWN).state.kept).toEqual([]);
    expect(scan(new Screen().up(), 1, AWAY).state.kept.length).toBe(1);
  });

  test.each([[false, "ben"], [true, "theirs"]])("waits its turn, unless the camera was opened for it: %s", (camera, first) => {
    const screen = new Screen().up().at(1, { kind: "message", message: raised(cue({ id: "ben" })) });
    if (camera) screen.at(1.5, { kind: "camera" });
    scan(screen, 2, KNOWN).at(2.2, { kind: "message", message: raised(cue({ id: "theirs" }), { seq: 12, prev: 11 }) });
    expect(glass(screen.state)).toMatchObject({ open: { cue: { id: first } } });
  });

  test("of a stranger offers a new card", () => {
    const screen = scan(new Screen().up(), 1, refused(404));
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "stranger", phone: null } });
    expect(screen.state.kept).toEqual([]);
  });

  test("that is no card's says how to go on", () => {
    const screen = new Screen().up().at(1, { kind: "scanned", text: "!!" });
    expect(glass(screen.state)).toMatchObject({ panel: { notice: "unread" } });
  });

  test("does not take away a form in which somebody is being written down", () => {
    const screen = new Screen().up().at(1, { kind: "new" }, { kind: "edit", field: "name", value: "Ben" });
    scan(screen, 2, refused(404));
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "enrol", name: "Ben" } });
  });

  test.each([
    [401, "unknown-key"],
    [403, "other-shop"],
  ] as const)("with a refused key (%i) shows that", (status, refusal) => {
    expect(glass(scan(new Screen().up(), 1, refused(status)).state)).toEqual({ kind: "refused", refusal });
  });

  test("after too many misses waits a minute, and is not lost", () => {
    const screen = scan(new Screen().up(), 1, refused(429));
    expect(glass(screen.state)).toMatchObject({ panel: { notice: "slow" } });
    screen.news();
    expect(sent(screen.at(60, { kind: "tick" }))).toEqual([]);
    expect(sent(screen.at(1.1 + SLOW_DOWN_MS / 1_000, { kind: "tick" })).length).toBe(1);
  });
});

describe("without a link", () => {
  const offline = () => new Screen().up().down(10);

  test("scans are kept with their time, and counted", () => {
    const screen = offline()
      .at(16, { kind: "scanned", text: "7K4M29QX" })
      .at(20, { kind: "scanned", text: "3K4M29QX" });
    expect(sent(screen)).toEqual([]);
    expect(screen.state.kept.map((it) => it.checkin.at)).toEqual([iso(16), iso(20)]);
    expect(glass(screen.state)).toEqual({ kind: "offline", kept: 2 });
  });

  test("and sent one by one, oldest first, when it is back", () => {
    const screen = offline()
      .at(16, { kind: "scanned", text: "7K4M29QX" })
      .at(20, { kind: "scanned", text: "3K4M29QX" });
    const [first, ...more] = sent(screen.up(300));
    expect(first?.body).toMatchObject({ card: "7K4M29QX", at: iso(16) });
    expect(more).toEqual([]);
    const [second] = sent(screen.at(301, { kind: "checked", id: first?.id ?? "", answer: KNOWN }));
    expect(second?.body).toMatchObject({ card: "3K4M29QX", at: iso(20) });
    screen.at(302, { kind: "checked", id: second?.id ?? "", answer: refused(404) });
    expect(screen.state.kept).toEqual([]);
    expect(glass(screen.state).kind).toBe("idle");
  });

  test("a failed sending is tried again, not at once", () => {
    const screen = offline().at(16, { kind: "scanned", text: "7K4M29QX" });
    const [first] = sent(screen.up(300));
    expect(sent(screen.at(301, { kind: "checked", id: first?.id ?? "", answer: AWAY }))).toEqual([]);
    expect(sent(screen.at(301 + KEPT_RETRY_MS / 1_000, { kind: "tick" })).length).toBe(1);
  });

  test("before the service has ever spoken, this machine's clock must do", () => {
    const screen = new Screen().at(4, { kind: "scanned", text: "7K4M29QX" });
    expect(screen.state.kept[0]?.checkin.at).toBe(new Date(NOON + 4_000).toISOString());
  });
});
