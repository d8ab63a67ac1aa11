import { expect, test } from "vitest";

import type { Enrolled, Merge, MergePreview, Moved, PersonMarks, PersonPage } from "../wire";
import { type Open, type OwnerEvent, type OwnerState, update } from "./state";

const shop = { id: "s", name: "Baraza", currency: "KES", timezone: "Africa/Nairobi" };
const ok = <T>(value: T) => ({ kind: "ok", value }) as const;
const sales = [{ shop: "s", source: "till", id: "7" }];
const page = { person: { id: "amina" } } as PersonPage;
const told = { warnings: ["Each has a phone number of their own."] } as unknown as MergePreview;

/** On Amina's page. */
function here(...events: readonly OwnerEvent[]): { state: Open; asked: Record<string, unknown>[] } {
  let state = { kind: "opening" } as OwnerState;
  const asked: Record<string, unknown>[] = [];
  const begun: OwnerEvent[] = [
    { kind: "shops", key: null, answer: ok({ shops: [shop] }) },
    { kind: "moved", place: "person=amina" },
    { kind: "got", what: "person", turn: 1, more: false, answer: ok(page) },
  ];
  [...begun, ...events].forEach((event, i) => {
    const [next, ...effects] = update(state, event, i);
    state = next;
    if (i >= begun.length) asked.push(...effects);
  });
  if (state.kind !== "open") throw new Error(state.kind);
  return { state, asked };
}

const changes = (asked: Record<string, unknown>[]): unknown[] =>
  asked.filter(({ kind }) => kind === "do").map(({ change }) => change);

test("somebody is looked for beside the person, and the two are shown as one before they are", () => {
  const looked = here({ kind: "right", act: "merge" }, { kind: "right-sought", text: "ben" });
  expect(looked.asked.at(-1)).toMatchObject({ what: "pick", path: "/v1/customers?query=ben" });
  const { state, asked } = here(
    { kind: "right", act: "merge" },
    { kind: "right-chosen", person: "ben" },
    { kind: "previewed", answer: ok(told) },
  );
  expect(changes(asked)).toMatchObject([{ path: "/v1/merges/preview", body: { kept: "amina", gone: "ben" } }]);
  expect(state.righting).toMatchObject({ kind: "preview", told });
});

test("a merge is done with a key of its own, said at the head, and taken back there", () => {
  const merged = [
    { kind: "right", act: "merge" },
    { kind: "right-chosen", person: "ben" },
    { kind: "previewed", answer: ok(told) },
    { kind: "right-merge" },
    { kind: "merged", answer: ok({ id: "m" } as Merge) },
  ] as const;
  const { state, asked } = here(...merged);
  expect(changes(asked).at(-1)).toMatchObject({ path: "/v1/merges", body: { kept: "amina", gone: "ben" } });
  expect(state).toMatchObject({ righting: null, righted: { kind: "merged", merge: "m" }, busy: false });
  expect(asked.slice(-3)).toMatchObject([{ what: "person" }, { what: "today" }, { what: "list" }]);
  const back = here(...merged, { kind: "right-undo" }, { kind: "righted", answer: ok({ id: "m" } as Merge) });
  expect(changes(back.asked).at(-1)).toMatchObject({ path: "/v1/merges/m/undo" });
  expect(back.state.righted).toBeNull();
});

test("a visit goes to somebody else with all of its sales, and back by the same act", () => {
  const moved = [
    { kind: "right-visit", sales },
    { kind: "right-chosen", person: "ben" },
    { kind: "visit-moved", answer: ok({ sales, customer: "ben" } as Moved) },
  ] as const;
  const { state, asked } = here(...moved, { kind: "right-undo" });
  expect(changes(asked)).toMatchObject([
    { path: "/v1/visits/move", body: { sales, customer: "ben" } },
    { path: "/v1/visits/move", body: { sales, customer: "amina" } },
  ]);
  expect(state.busy).toBe(true);
});

test("a new card stands there to be scanned; what is unlinked and shared is read again", () => {
  const made = { id: "amina", card: "7K4M29QX" } as Enrolled;
  const { state } = here({ kind: "right-card" }, { kind: "card-made", answer: ok(made) });
  expect(state.righting).toEqual({ kind: "card", made });
  const { asked } = here({ kind: "right-unlink", link: 7 }, { kind: "righted", answer: ok({} as PersonMarks) });
  expect(changes(asked)).toMatchObject([{ method: "DELETE", path: "/v1/customers/amina/marks/7" }]);
  const shared = here({ kind: "right", act: "share" }, { kind: "right-chosen", person: "ben" });
  expect(changes(shared.asked)).toMatchObject([{ path: "/v1/customers/amina/sharers", body: { customer: "ben" } }]);
  const alone = here({ kind: "right-unshare", other: "ben" });
  expect(changes(alone.asked)).toMatchObject([{ method: "DELETE", path: "/v1/customers/amina/sharers/ben" }]);
});

test("a refusal says so and closes what was open; another page forgets it all", () => {
  const no = { kind: "refused", status: 409, fault: { code: "", message: "", at: "" } } as const;
  const refused = here({ kind: "right", act: "share" }, { kind: "right-chosen", person: "b" }, { kind: "righted", answer: no });
  expect(refused.state).toMatchObject({ righting: null, notice: "not-righted", busy: false });
  const gone = here({ kind: "right", act: "merge" }, { kind: "moved", place: "regulars" });
  expect(gone.state).toMatchObject({ righting: null, righted: null });
});
