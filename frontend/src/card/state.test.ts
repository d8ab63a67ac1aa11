import { expect, test } from "vitest";

import { card, iso } from "../make";
import type { CardView } from "../wire";
import { type CardEvent, type CardState, type Copy, UNDO_MS, update } from "./state";

const copy: Copy = { view: card(), at: 0 };
const away = { kind: "unreachable" } as const;
const refused = (status: number) => ({ kind: "refused", status, fault: { code: "", message: "", at: "" } }) as const;
const fetched = (answer: Extract<CardEvent, { kind: "fetched" }>["answer"]): CardEvent => ({ kind: "fetched", answer });
const ok = (view: CardView) => ({ kind: "ok", value: view }) as const;

function live(...events: readonly (readonly [number, CardEvent])[]): { state: CardState; asked: unknown[] } {
  let state: CardState = { kind: "opening" };
  const asked: unknown[] = [];
  for (const [at, event] of events) {
    const [next, ...effects] = update(state, event, at);
    state = next;
    asked.push(...effects);
  }
  return { state, asked };
}

const open = [0, fetched(ok(card()))] as const;
const quiet = [1_000, { kind: "chose", greeting: "points" }] as const;

test("the card is shown from this phone until the service has spoken", () => {
  const { state } = live([0, { kind: "remembered", copy }]);
  expect(state).toMatchObject({ kind: "shown", fresh: false });
  expect(live([0, { kind: "remembered", copy }], [9, fetched(ok(card({ points: 8 })))]).state).toMatchObject({
    fresh: true,
    copy: { at: 9, view: { points: 8 } },
  });
});

test("without a network it stays; without a copy that is said", () => {
  expect(live([0, { kind: "remembered", copy }], [9, fetched(away)]).state).toMatchObject({
    kind: "shown",
    fresh: false,
  });
  expect(live([0, fetched(away)]).state).toEqual({ kind: "unreachable" });
  expect(live([0, fetched(refused(429))]).state).toEqual({ kind: "unreachable" });
});

test.each([401, 404, 410])("a card that is no more (%i) is taken away", (status) => {
  expect(live([0, { kind: "remembered", copy }], [9, fetched(refused(status))]).state).toEqual({ kind: "nobody" });
});

test("a greeting is saved at once, and can be undone for 30 seconds", () => {
  const saved = [1_100, { kind: "saved", answer: ok(card({ greeting: "points" })) }] as const;
  const { state, asked } = live(open, quiet, saved);
  expect(asked).toEqual([{ kind: "save", change: { greeting: "points" } }]);
  expect(state).toMatchObject({ greeting: "points", undo: { greeting: "full" }, saving: false });
  expect(live(open, quiet, saved, [1_000 + UNDO_MS, { kind: "tick" }]).state).toMatchObject({ undo: null });
  expect(live(open, quiet, saved, [2_000, { kind: "undo" }]).asked.at(-1)).toEqual({
    kind: "save",
    change: { greeting: "full" },
  });
});

test("one choice is saved at a time", () => {
  expect(live(open, quiet, [1_050, { kind: "chose", greeting: "none" }]).asked.length).toBe(1);
  expect(live(open, [1_000, { kind: "chose", greeting: "full" }]).asked).toEqual([]);
});

test("what was not saved is not shown as chosen", () => {
  const { state } = live(open, quiet, [9_000, { kind: "saved", answer: away }]);
  expect(state).toMatchObject({ greeting: "full", failed: true, undo: null });
});

test("fresh figures do not take back a choice that is being saved, nor its undo", () => {
  const { state } = live(open, quiet, [1_050, fetched(ok(card()))]);
  expect(state).toMatchObject({ greeting: "points", undo: { greeting: "full" } });
});

test("today can be different, and is not where that was not saved", () => {
  const other = [1_000, { kind: "today", other: true }] as const;
  const { state, asked } = live(open, other);
  expect(asked).toEqual([{ kind: "save", change: { other_today: true } }]);
  expect(state).toMatchObject({ other: true, saving: true });
  const saved = [1_100, { kind: "saved", answer: ok(card({ other_today: true })) }] as const;
  expect(live(open, other, saved).state).toMatchObject({ other: true, saving: false });
  expect(live(open, other, [1_100, { kind: "saved", answer: away }]).state).toMatchObject({ other: false });
  expect(live(open, other, saved, [9_000, fetched(ok(card()))]).state).toMatchObject({ other: false });
});

test("what we know is asked for when that page is turned to", () => {
  expect(live(open, [1, { kind: "turned", page: "knows" }]).asked).toEqual([{ kind: "knows" }]);
  expect(live(open, [1, { kind: "turned", page: "card" }]).asked).toEqual([]);
});

test("what moved elsewhere is asked for where its page is open", () => {
  const news = (view: CardView): CardEvent => ({ kind: "news", answer: ok(view) });
  const on = (page: "card" | "knows" | "tell", view: CardView) => live(open, [1, { kind: "turned", page }], [2, news(view)]);
  expect(on("knows", card({ points: 8 })).asked).toEqual([{ kind: "knows" }, { kind: "knows" }]);
  expect(on("knows", card({ points: 8 })).state).toMatchObject({ page: "knows", copy: { view: { points: 8 } } });
  expect(on("tell", card({ unread: 1 })).asked).toEqual([{ kind: "thread" }, { kind: "thread" }]);
  expect(on("tell", card({ points: 8 })).asked).toEqual([{ kind: "thread" }]);
  expect(on("card", card({ points: 8 })).asked).toEqual([]);
});

test("a network that goes leaves the card, and that is said", () => {
  expect(live(open, [9, fetched(away)]).state).toMatchObject({ kind: "shown", fresh: false });
});

test("who was erased stays so on this phone", () => {
  const erased = [2, { kind: "gone", answer: ok(undefined as never) }] as const;
  expect(live(open, erased, [9, fetched(refused(410))]).state).toEqual({ kind: "erased" });
});

test("on my way is told once, and can be taken back", () => {
  const coming = iso(1_500);
  const told = [1, { kind: "coming", minutes: 10 }] as const;
  expect(live(open, told, told).asked).toEqual([{ kind: "coming", minutes: 10 }]);
  const known = live(open, told, [2, { kind: "saved", answer: ok(card({ coming })) }]);
  expect(known.state).toMatchObject({ saving: false, copy: { view: { coming } } });
  expect(live(open, told, [2, { kind: "saved", answer: away }]).state).toMatchObject({ saving: false, failed: true });
});
