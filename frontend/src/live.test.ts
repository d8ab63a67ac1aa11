import { describe, expect, test } from "vitest";

import {
  ANSWER_MS_MAX,
  CONNECT_MS_MAX,
  type Link,
  type LinkAction,
  type LinkEvent,
  RESUME_MS_MAX,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
  SILENCE_MS_MAX,
  SLEEP_MS,
  step,
  unlinked,
} from "./live";
import { closed, cue, raised, snapshot } from "./make";
import { decode } from "./socket";

/** A link that lives through events and keeps what it did. */
class Live {
  link: Link = unlinked(0);
  did: LinkAction[] = [];

  at(ms: number, event: LinkEvent, chance = 1): this {
    const [link, ...actions] = step(this.link, event, ms, chance);
    this.link = link;
    this.did = actions;
    return this;
  }

  /** Ticks as the shell does, so that nobody seems to have slept. */
  until(ms: number): this {
    const all: LinkAction[] = [];
    for (let at = this.link.tickAt + 250; at <= ms; at += 250) all.push(...this.at(at, { kind: "tick" }).did);
    this.did = all;
    return this;
  }

  up(seq = 10): this {
    this.at(0, { kind: "tick" }).at(0, { kind: "opened" });
    return this.at(0, { kind: "received", message: snapshot({ seq }) });
  }
}

const hello = (after: number | null): LinkAction => ({ kind: "hello", after });

const fault: LinkEvent = {
  kind: "received",
  message: { type: "fault", error: { code: "bad-field", message: "", at: "type" } },
};

describe("saying hello", () => {
  test("the first asks for all that is open, and the answer makes the link", () => {
    const live = new Live().at(0, { kind: "tick" });
    expect(live.did).toEqual([{ kind: "connect" }]);
    expect(live.at(20, { kind: "opened" }).did).toEqual([hello(null)]);
    expect(live.link.phase).toBe("greeted");
    live.at(40, { kind: "received", message: snapshot() });
    expect(live.link).toMatchObject({ phase: "up", seq: 10, since: 40 });
  });

  test("after a break it goes on from the last number", () => {
    const live = new Live().up(17).at(100, { kind: "closed", code: 1006 });
    live.until(2_000).at(2_000, { kind: "opened" });
    expect(live.did).toEqual([hello(17)]);
  });

  test("nothing missed is answered by silence, so it asks again without a number, soon", () => {
    const live = new Live().up(17).at(100, { kind: "closed", code: 1006 }).until(750).at(750, { kind: "opened" });
    expect(live.until(750 + RESUME_MS_MAX).did).toEqual([hello(null)]);
  });
});

describe("numbers", () => {
  test("a message that follows is delivered", () => {
    const message = raised(cue());
    const live = new Live().up().at(5, { kind: "received", message });
    expect(live.did).toEqual([{ kind: "deliver", message }]);
    expect(live.link.seq).toBe(11);
  });

  test("a message that does not follow is held back, and what was missed is asked for once", () => {
    const live = new Live().up();
    const late = (seq: number, prev: number): LinkEvent => ({
      kind: "received",
      message: raised(cue(), { seq, prev }),
    });
    expect(live.at(5, late(13, 12)).did).toEqual([hello(10)]);
    expect(live.at(6, late(14, 13)).did).toEqual([]);
    expect(live.link.seq).toBe(10);
  });

  test("the missed ones then come in order, each once", () => {
    const live = new Live().up().at(5, { kind: "received", message: raised(cue(), { seq: 12, prev: 11 }) });
    const first = raised(cue());
    const second = closed("amina-1");
    expect(live.at(6, { kind: "received", message: first }).did).toEqual([{ kind: "deliver", message: first }]);
    expect(live.at(7, { kind: "received", message: second }).did).toEqual([{ kind: "deliver", message: second }]);
    expect(live.at(8, { kind: "received", message: second }).did).toEqual([]);
    expect(live.link).toMatchObject({ seq: 12, gap: false });
  });

  test("a gap that is not answered is asked for as a whole", () => {
    const live = new Live().up().at(0, { kind: "received", message: raised(cue(), { seq: 13, prev: 12 }) });
    expect(live.until(RESUME_MS_MAX).did).toEqual([hello(null)]);
  });

  test("a fault is no answer to what was missed: that is asked for again in its time", () => {
    const live = new Live().up().at(0, { kind: "received", message: raised(cue(), { seq: 13, prev: 12 }) });
    expect(live.at(9, fault).did).toMatchObject([{ kind: "deliver", message: { type: "fault" } }]);
    expect(live.until(RESUME_MS_MAX).did).toEqual([hello(null)]);
  });

  test("a snapshot holds even where its number is lower: a shop restored from a backup", () => {
    const live = new Live().up(500).at(5, { kind: "received", message: snapshot({ seq: 3 }) });
    expect(live.link.seq).toBe(3);
  });

  test("what this page does not know counts as a sign of life and is passed over", () => {
    expect(decode('{"type": "weather", "seq": 11}')).toBeNull();
    expect(decode("torn {")).toBeNull();
    expect(decode(new ArrayBuffer(1))).toBeNull();
    const live = new Live().up().until(9_000).at(9_000, { kind: "received", message: null });
    expect(live.did).toEqual([]);
    expect(live.link.askAt).toBe(9_000 + SILENCE_MS_MAX);
  });
});

describe("dead links", () => {
  test("silence is asked about, and no answer is a dead link", () => {
    const live = new Live().up();
    expect(live.until(SILENCE_MS_MAX).did).toEqual([hello(null)]);
    expect(live.link.phase).toBe("up");
    expect(live.until(SILENCE_MS_MAX + ANSWER_MS_MAX).did).toEqual([{ kind: "drop" }]);
    expect(live.link).toMatchObject({ phase: "down", since: SILENCE_MS_MAX + ANSWER_MS_MAX });
  });

  test("an answer in time keeps it", () => {
    const live = new Live().up().until(SILENCE_MS_MAX);
    live
      .at(SILENCE_MS_MAX + 300, { kind: "received", message: snapshot() })
      .until(SILENCE_MS_MAX + ANSWER_MS_MAX + 500);
    expect(live.link.phase).toBe("up");
  });

  test("a fault is delivered, and a sign of life: however many there are, no hello is said before a silence", () => {
    const live = new Live().up().until(SILENCE_MS_MAX);
    const did = [1, 2, 3].flatMap((ms) => live.at(SILENCE_MS_MAX + ms, fault).did);
    expect(did.map((it) => it.kind)).toEqual(["deliver", "deliver", "deliver"]);
    expect(live.until(2 * SILENCE_MS_MAX).did).toEqual([]);
    expect(live.link.phase).toBe("up");
  });

  test("a tab that slept asks at once", () => {
    const live = new Live()
      .up()
      .until(1_000)
      .at(1_000 + SLEEP_MS + 1, { kind: "tick" });
    expect(live.did).toEqual([hello(null)]);
  });

  test("a handshake that hangs is given up", () => {
    const live = new Live().at(0, { kind: "tick" });
    expect(live.until(CONNECT_MS_MAX).did).toEqual([{ kind: "drop" }]);
    expect(live.link.phase).toBe("down");
  });

  test("the network's end is believed at once, and its return too", () => {
    const live = new Live().up().at(100, { kind: "cut" });
    expect(live.did).toEqual([{ kind: "drop" }]);
    expect(live.at(120, { kind: "nudge" }).did).toEqual([{ kind: "connect" }]);
  });
});

describe("trying again", () => {
  const waits = (chance: number): number[] => {
    const live = new Live();
    let at = 0;
    return Array.from({ length: 8 }, () => {
      live.at(at, { kind: "tick" });
      live.at(at, { kind: "closed", code: 1006 }, chance);
      const wait = live.link.retryAt - at;
      at = live.link.retryAt;
      return wait;
    });
  };

  test("waits double up to a limit", () => {
    expect(waits(1)).toEqual([250, 500, 1_000, 2_000, 4_000, RETRY_MS_MAX, RETRY_MS_MAX, RETRY_MS_MAX]);
  });

  test("with jitter of up to a half, so that a street of tablets does not come back as one", () => {
    expect(waits(0)[0]).toBe(RETRY_MS_MIN / 2);
    expect(waits(0)[7]).toBe(RETRY_MS_MAX / 2);
  });

  test("the break is counted from its beginning, over all tries", () => {
    const live = new Live().up().at(100, { kind: "closed", code: 1012 }).until(6_000);
    live.at(6_000, { kind: "closed", code: 1006 });
    expect(live.link.since).toBe(100);
  });

  test("a heard message begins the count of tries anew", () => {
    const live = new Live().up().at(100, { kind: "closed", code: 1006 }).at(100, { kind: "closed", code: 1006 });
    live.at(900, { kind: "tick" }).at(950, { kind: "opened" }).at(960, { kind: "received", message: snapshot() });
    expect(live.link.tries).toBe(0);
  });

  test.each([
    [4401, "unknown-key"],
    [4403, "other-shop"],
  ] as const)("a refused key (%i) is not tried again", (code, refusal) => {
    const live = new Live().up().at(100, { kind: "closed", code });
    expect(live.link).toMatchObject({ phase: "refused", refusal });
    expect(live.until(60_000).did).toEqual([]);
    expect(live.at(60_000, { kind: "nudge" }).did).toEqual([]);
  });
});
