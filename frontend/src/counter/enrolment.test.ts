import { describe, expect, test } from "vitest";

import { cue, raised, Screen } from "../make";
import type { Event } from "./model";
import { glass } from "./shown";

const edit = (field: "name" | "phone", value: string): Event => ({ kind: "edit", field, value });
const refused = (status: number, at: string): Event => ({
  kind: "enrolled",
  answer: { kind: "refused", status, fault: { code: "bad-field", message: "", at } },
});

function filled(...events: Event[]): Screen {
  const screen = new Screen()
    .up()
    .at(1, { kind: "new" }, edit("name", " Otieno "), edit("phone", "0712 555 014"), ...events);
  screen.news();
  return screen;
}

const panel = (screen: Screen): unknown => {
  const shown = glass(screen.state);
  return shown.kind === "panel" ? shown.panel : shown.kind;
};

describe("nothing is stored before Save", () => {
  test("and nothing without a name", () => {
    const screen = new Screen().up().at(1, { kind: "new" }, { kind: "consent", yes: true });
    screen.news();
    expect(screen.at(2, { kind: "submit" }).news()).toEqual([]);
    expect(panel(screen)).toMatchObject({ fault: "name" });
  });

  test("and nothing before it was asked aloud: neither answer is chosen for anybody", () => {
    const screen = filled();
    expect(panel(screen)).toMatchObject({ yes: null });
    expect(screen.at(2, { kind: "submit" }).news()).toEqual([]);
    expect(panel(screen)).toMatchObject({ fault: "answer", name: " Otieno " });
  });

  test("and nothing stays of a form that was skipped", () => {
    expect(panel(filled().at(2, { kind: "dismiss" }, { kind: "new" }))).toMatchObject({
      name: "",
      phone: "",
      yes: null,
    });
  });

  test("or forgotten for a minute", () => {
    expect(panel(filled().at(61, { kind: "tick" }))).toBe("idle");
  });
});

describe("Save", () => {
  test.each([true, false])("sends what was agreed: %s", (yes) => {
    const screen = filled({ kind: "consent", yes });
    expect(screen.at(2, { kind: "submit" }).news()).toEqual([
      {
        kind: "enrol",
        body: {
          name: "Otieno",
          identifiers: [{ kind: "phone", value: "0712 555 014" }],
          consents: { recognise: yes, remember: yes, messages: false, offers: false },
          till: "2",
          instead: null,
        },
      },
    ]);
    expect(screen.at(2.1, { kind: "submit" }).news()).toEqual([]);
  });

  test("a phone may be left out", () => {
    const screen = filled(edit("phone", " "), { kind: "consent", yes: true });
    expect(screen.at(2, { kind: "submit" }).news()).toMatchObject([{ body: { identifiers: [] } }]);
  });

  test("shows the new card at once, with the code that a phone's camera opens", () => {
    const screen = filled({ kind: "consent", yes: true }, { kind: "submit" });
    const url = "https://x.example/card.html#token";
    const value = { id: "c", card: "7K4M29QX", card_url: url, qr: "M4 4h7v1h-7z", qr_size: 41 };
    screen.at(3, { kind: "enrolled", answer: { kind: "ok", value } });
    expect(panel(screen)).toMatchObject({ kind: "made", name: "Otieno", made: value });
    expect(screen.news()).toEqual([]);
  });

  test.each([
    [refused(422, "identifiers[0].value"), "phone"],
    [refused(422, "name"), "name"],
    [refused(409, ""), "taken"],
    [{ kind: "enrolled", answer: { kind: "unreachable" } } as Event, "unreachable"],
  ])("keeps what was typed when it fails", (event, fault) => {
    const screen = filled({ kind: "consent", yes: true }, { kind: "submit" }).at(3, event);
    expect(panel(screen)).toMatchObject({ fault, busy: false, name: " Otieno ", yes: true });
    expect(panel(screen.at(4, edit("phone", "0712")))).toMatchObject({ fault: null });
  });
});

describe("a code that the customer scans instead", () => {
  const join = { id: "j", url: "https://x.example/join.html#t", qr: "M4 4h7v1h-7z", qr_size: 41, expires_at: null };
  const open = (): Screen =>
    new Screen().up().at(1, { kind: "new" }, { kind: "joinable", answer: { kind: "ok", value: join } });

  test("is asked for with the form, for this till", () => {
    const asked = new Screen().up().at(1, { kind: "new" }).news();
    expect(asked).toEqual([{ kind: "join", body: { shop: "s", till: "2", instead: null, poster: false } }]);
  });

  test("stands beside the form; without it there is still the form", () => {
    expect(panel(open())).toMatchObject({ join });
    const screen = new Screen().up().at(1, { kind: "new" }, { kind: "joinable", answer: { kind: "unreachable" } });
    expect(panel(screen)).toMatchObject({ kind: "enrol", join: null });
  });

  test("once they joined, their cue takes the form's place, and nobody else's does", () => {
    const screen = open().at(2, { kind: "message", message: raised(cue({ id: "ben-1" })) });
    expect(panel(screen)).toMatchObject({ kind: "enrol" });
    screen.at(3, { kind: "message", message: raised(cue({ id: "otieno-1", join: "j" }), { seq: 12, prev: 11 }) });
    expect(glass(screen.state)).toMatchObject({ kind: "cue", open: { cue: { id: "otieno-1" } } });
  });
});
