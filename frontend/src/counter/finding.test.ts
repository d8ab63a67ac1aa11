import { describe, expect, test } from "vitest";

import type { Answer } from "../api";
import { closed, cue, raised, Screen } from "../make";
import type { CheckinAnswer, Found, FoundPeople } from "../wire";
import { type Effect, UNDO_MS } from "./model";
import { glass } from "./shown";

const KNOWN: Answer<CheckinAnswer> = { kind: "ok", value: { cue: cue({ id: "theirs" }) } as CheckinAnswer };
const amina: Found = { id: "amina", name: "Amina", letters: "QX", sure: false };

const refused = (status: number): Answer<never> => ({
  kind: "refused",
  status,
  fault: { code: "", message: "", at: "" },
});
const people = (...found: Found[]): Answer<FoundPeople> => ({ kind: "ok", value: { people: found, more: false } });

function typing(text: string, screen = new Screen().up()): Screen {
  screen.at(1, { kind: "find" }, { kind: "edit", field: "text", value: text });
  screen.news();
  return screen;
}

const asked = <K extends Effect["kind"]>(screen: Screen, kind: K): Extract<Effect, { kind: K }>[] =>
  (screen.news() as Effect[]).filter((it): it is Extract<Effect, { kind: K }> => it.kind === kind);

const answered = (screen: Screen, text: string, answer: Answer<FoundPeople>): Screen =>
  screen.at(2, { kind: "looked", text, answer });

describe("half a name chooses nobody", () => {
  test("letters ask as they are typed, one alone does not", () => {
    const screen = new Screen().up().at(1, { kind: "find" }, { kind: "edit", field: "text", value: "a" });
    expect(asked(screen, "look")).toEqual([]);
    screen.at(1.2, { kind: "edit", field: "text", value: "am" });
    expect(asked(screen, "look")).toMatchObject([{ body: { shop: "s", query: "am" } }]);
  });

  test("Enter takes nobody by name, not even the only one", () => {
    const screen = answered(typing("ami"), "ami", people(amina)).at(3, { kind: "submit" });
    expect(screen.news()).toEqual([]);
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "find", choose: true, busy: null } });
  });

  test("who is chosen is checked in, once", () => {
    const screen = answered(typing("ami"), "ami", people(amina)).at(3, { kind: "pick", person: "amina" });
    const [one] = asked(screen, "checkin");
    expect(one?.body).toEqual({ shop: "s", till: "2", customer: "amina" });
    expect(asked(screen.at(3.1, { kind: "pick", person: "amina" }), "checkin")).toEqual([]);
    expect(glass(screen.at(70, { kind: "tick" }).state)).toMatchObject({ panel: { kind: "find" } });
    expect(glass(screen.at(71, { kind: "checked", id: one?.id ?? "", answer: KNOWN }).state).kind).toBe("idle");
  });

  test.each(["before", "after"])("their cue is the one on the glass, and it comes %s the answer", (when) => {
    const screen = answered(typing("ami"), "ami", people(amina));
    screen.at(3, { kind: "message", message: raised(cue({ id: "ben" })) }, { kind: "pick", person: "amina" });
    const [one] = asked(screen, "checkin");
    const theirs = { kind: "message", message: raised(cue({ id: "theirs" }), { seq: 12, prev: 11 }) } as const;
    const answer = { kind: "checked", id: one?.id ?? "", answer: KNOWN } as const;
    screen.at(3.1, ...(when === "before" ? [theirs, answer] : [answer, theirs]));
    expect(glass(screen.state)).toMatchObject({ kind: "cue", open: { cue: { id: "theirs" } } });
    expect(screen.at(4, { kind: "message", message: raised(cue({ id: "late" }), { seq: 13, prev: 12 }) }).state.cues.map((it) => it.cue.id)).toEqual(["theirs", "ben", "late"]);
  });

  test("an answer to other letters is passed over", () => {
    const screen = answered(typing("ben"), "be", people(amina));
    expect(glass(screen.state)).toMatchObject({ panel: { found: null } });
  });
});

describe("a whole number or card is one person", () => {
  test("Enter before the answer waits for it, and then takes them", () => {
    const screen = typing("7k4m29qx").at(2, { kind: "submit" });
    expect(asked(screen, "look")).toMatchObject([{ wait: 0 }]);
    answered(screen, "7k4m29qx", people({ ...amina, sure: true }));
    expect(asked(screen, "checkin")).toMatchObject([{ body: { customer: "amina" } }]);
  });

  test("an unknown number goes into the new card's form", () => {
    const screen = answered(typing("0712 555 014").at(2, { kind: "submit" }), "0712 555 014", people());
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "stranger", phone: "0712555014" } });
    expect(glass(screen.at(4, { kind: "new" }).state)).toMatchObject({ panel: { kind: "enrol", phone: "0712555014" } });
  });

  test("a name that nobody has is no stranger's card", () => {
    const screen = answered(typing("Margaret").at(2, { kind: "submit" }), "Margaret", people());
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "find", go: false } });
  });
});

describe("when nobody can be asked", () => {
  test("without a link a card is kept, and that is said", () => {
    const screen = typing("7K4M29QX").down(2).at(3, { kind: "submit" });
    expect(glass(screen.state)).toMatchObject({ panel: { notice: "kept" } });
    expect(screen.state.kept.length).toBe(1);
  });

  test("a name is not, and what to type is said", () => {
    const screen = typing("amina wa").down(2).at(3, { kind: "submit" });
    expect(glass(screen.state)).toMatchObject({ panel: { notice: "unread" } });
    expect(screen.state.kept).toEqual([]);
  });

  test.each([
    [429, "slow"],
    [422, "unread"],
  ])("%s is said in words", (status, notice) => {
    expect(glass(answered(typing("ami"), "ami", refused(status)).state)).toMatchObject({ panel: { notice } });
  });

  test("a form that nobody fills closes by itself", () => {
    expect(glass(typing("7K").at(62, { kind: "tick" }).state).kind).toBe("idle");
  });
});

describe("wrong person, and then somebody else", () => {
  const wrong = (): Screen => {
    const screen = new Screen().up().at(0, { kind: "message", message: raised(cue({ sale: true })) });
    screen.at(1, { kind: "answer", index: 2 }).at(1.2, { kind: "message", message: closed("amina-1") });
    screen.news();
    return screen;
  };

  test("whoever is found, scanned or enrolled gets the sale", () => {
    const found = typing("ben", wrong()).at(2, { kind: "pick", person: "ben" });
    expect(asked(found, "checkin")).toMatchObject([{ body: { customer: "ben", instead: "amina-1" } }]);
    const scan = wrong().at(2, { kind: "scanned", text: "7K4M29QX" });
    expect(asked(scan, "checkin")).toMatchObject([{ body: { card: "7K4M29QX", instead: "amina-1" } }]);
    expect(asked(wrong().at(2, { kind: "new" }), "join")).toMatchObject([{ body: { instead: "amina-1" } }]);
  });

  test("then the time to undo begins anew", () => {
    const screen = typing("ben", wrong()).at(20, { kind: "pick", person: "ben" });
    const [one] = asked(screen, "checkin");
    screen.at(21, { kind: "checked", id: one?.id ?? "", answer: KNOWN });
    expect(screen.state).toMatchObject({ wrong: null, undo: { moved: true, until: 21_000 + UNDO_MS } });
    expect(screen.at(50, { kind: "undo" }).news()).toContainEqual({
      kind: "send",
      message: { type: "undo", cue: "amina-1" },
    });
  });

  test("nobody is nobody: the next scan is another customer", () => {
    const screen = wrong().at(2, { kind: "dismiss" }).at(3, { kind: "scanned", text: "7K4M29QX" });
    expect(asked(screen, "checkin")[0]?.body).not.toHaveProperty("instead");
  });

  test("undo while somebody is being looked for brings the first back", () => {
    const screen = typing("ben", wrong()).at(2, { kind: "undo" });
    expect(glass(screen.state)).toMatchObject({ kind: "cue", open: { cue: { id: "amina-1" } } });
    expect(screen.state.wrong).toBeNull();
  });
});
