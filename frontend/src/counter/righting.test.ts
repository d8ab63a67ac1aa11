import { describe, expect, test } from "vitest";

import type { Answer } from "../api";
import { cue, raised, Screen } from "../make";
import type { Enrolled, Found, FoundPeople, Merge, MergePreview, PersonMarks } from "../wire";
import { controls, pressed } from "./controls";
import { glass } from "./shown";

const amina: Found = { id: "amina", name: "Amina", letters: "QX", sure: false };
const phone = { id: 7, kind: "phone", shown: "••••014", since: "2026-10-06T12:00:00Z" } as const;
const marks = (over: Partial<PersonMarks> = {}): Answer<PersonMarks> => ({
  kind: "ok",
  value: { id: "amina", name: "Amina", letters: "QX", marks: [phone], sharers: [], ...over },
});
const two = { kept: { id: "amina" }, gone: { id: "ben" }, after: {}, warnings: [], sales: 3 } as unknown as MergePreview;
const preview: Answer<MergePreview> = { kind: "ok", value: two };
const merged: Answer<Merge> = { kind: "ok", value: { id: "m" } as Merge };
const refused = (status: number, code = ""): Answer<never> => ({ kind: "refused", status, fault: { code, message: "", at: "" } });
const people: Answer<FoundPeople> = { kind: "ok", value: { people: [amina], more: false } };

/** Somebody was looked for to be put right. */
function sought(): Screen {
  const screen = new Screen().up().at(1, { kind: "find" }, { kind: "right" });
  screen.at(2, { kind: "edit", field: "text", value: "ami" }, { kind: "looked", text: "ami", answer: people });
  screen.news();
  return screen;
}

function opened(over: Partial<PersonMarks> = {}): Screen {
  const screen = sought().at(3, { kind: "pick", person: "amina" }, { kind: "told", answer: marks(over) });
  screen.news();
  return screen;
}

describe("whoever is found to be put right is not checked in", () => {
  test("what they are known by is asked for instead", () => {
    const screen = sought().at(3, { kind: "pick", person: "amina" });
    expect(screen.news()).toEqual([{ kind: "ask", method: "GET", path: "/v1/customers/amina/marks", then: "told" }]);
    expect(glass(screen.at(4, { kind: "told", answer: marks() }).state)).toMatchObject({ panel: { kind: "person" } });
  });

  test("a second press looks for who is here again", () => {
    const screen = sought().at(3, { kind: "right" }, { kind: "pick", person: "amina" });
    expect(screen.news()).toMatchObject([{ kind: "checkin" }]);
  });

  test("an answer that nobody waits for any more changes nothing", () => {
    const screen = sought().at(3, { kind: "pick", person: "amina" }, { kind: "dismiss" }, { kind: "find" });
    const before = screen.state.panel;
    expect(screen.at(4, { kind: "told", answer: marks() }).state.panel).toEqual(before);
  });
});

describe("a card and what tells somebody", () => {
  test("a new card is one touch, and its code stands there to be scanned", () => {
    const screen = opened().at(4, { kind: "new-card" });
    expect(screen.news()).toEqual([{ kind: "ask", method: "POST", path: "/v1/customers/amina/card", then: "carded" }]);
    const made = { id: "amina", card: "7K4M29QX" } as Enrolled;
    screen.at(5, { kind: "carded", answer: { kind: "ok", value: made } });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "made", name: "Amina", made } });
  });

  test("an identifier goes with the second touch on it", () => {
    const screen = opened().at(4, { kind: "unlink", link: 7 });
    expect(screen.news()).toEqual([]);
    screen.at(5, { kind: "unlink", link: 8 }, { kind: "unlink", link: 7 });
    expect(screen.news()).toEqual([]);
    screen.at(6, { kind: "unlink", link: 7 }, { kind: "unlink", link: 7 });
    expect(screen.news()).toEqual([
      { kind: "ask", method: "DELETE", path: "/v1/customers/amina/marks/7", then: "told" },
    ]);
  });

  test("who else uses the card is found, and taken off again with the same key", () => {
    const screen = opened().at(4, { kind: "also" }).at(5, { kind: "pick", person: "ben" });
    expect(screen.news()).toMatchObject([{ path: "/v1/customers/amina/sharers", body: { customer: "ben" } }]);
    const shared = opened({ sharers: [{ id: "ben", name: "Ben", letters: "G4", holds: false }] });
    expect(pressed(shared.state, "3")).toEqual({ kind: "unshare" });
    expect(shared.at(6, { kind: "unshare" }).news()).toMatchObject([
      { method: "DELETE", path: "/v1/customers/amina/sharers/ben" },
    ]);
  });
});

describe("two who are one person", () => {
  function paired(): Screen {
    const screen = opened().at(4, { kind: "same-as" }).at(5, { kind: "pick", person: "ben" });
    expect(screen.news()).toMatchObject([{ path: "/v1/merges/preview", body: { kept: "amina", gone: "ben" } }]);
    return screen.at(6, { kind: "paired", answer: preview });
  }

  test("what becomes of them is shown before, and one press merges, once", () => {
    const screen = paired();
    expect(screen.news()).toEqual([]);
    expect(pressed(screen.state, "1")).toEqual({ kind: "merge" });
    screen.at(7, { kind: "merge" }, { kind: "merge" });
    expect(screen.news()).toMatchObject([{ path: "/v1/merges", body: { kept: "amina", gone: "ben" } }]);
    expect(controls(screen.state)).toEqual([]);
  });

  test("it is taken back from where it was said", () => {
    const screen = paired().at(7, { kind: "merge" }, { kind: "joined", answer: merged });
    screen.news();
    screen.at(8, { kind: "part" });
    expect(screen.news()).toMatchObject([{ method: "POST", path: "/v1/merges/m/undo" }]);
    screen.at(9, { kind: "parted", answer: merged });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "notice", notice: "parted" } });
  });

  test.each([
    [404, "gone"],
    [409, "not-possible"],
    [413, "not-possible"],
  ])("refused with %i says what it is", (status, notice) => {
    const screen = paired().at(7, { kind: "merge" }, { kind: "joined", answer: refused(status) });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "notice", notice } });
  });

  test.each(["used-since", "too-late"])("%s is why they stay one", (code) => {
    const screen = paired().at(7, { kind: "merge" }, { kind: "joined", answer: merged }, { kind: "part" });
    screen.at(8, { kind: "parted", answer: refused(409, code) });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "notice", notice: code } });
  });

  test("a shift that is over is told, and the screen goes on", () => {
    const screen = paired().at(7, { kind: "merge" }, { kind: "joined", answer: refused(401, "staff-signed-off") });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "notice", notice: "signed-off" } });
  });

  test("nobody there can be tried again, a wrong key shuts the screen", () => {
    const away = paired().at(7, { kind: "merge" }, { kind: "joined", answer: { kind: "unreachable" } });
    expect(glass(away.state)).toMatchObject({ panel: { notice: "not-now" } });
    const locked = paired().at(7, { kind: "merge" }, { kind: "joined", answer: refused(401) });
    expect(glass(locked.state)).toMatchObject({ kind: "refused" });
  });

  test("a customer who comes meanwhile waits beside it", () => {
    const screen = paired().at(7, { kind: "message", message: raised(cue({ id: "cleo" })) });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "pair" } });
  });
});
