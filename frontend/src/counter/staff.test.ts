import { describe, expect, test } from "vitest";

import { closed, cue, iso, NOON, raised, Screen } from "../make";
import type { Shift } from "../wire";
import { controls, pressed } from "./controls";
import { FORM_MS, type PinPanel } from "./model";
import { read, staffed } from "./staff";

const ANN = { id: "ann", name: "Ann" };
const BEN = { id: "ben", name: "Ben" };
const ok = <T>(value: T) => ({ kind: "ok", value }) as const;
const refused = (status: number, code = "") => ({ kind: "refused", status, fault: { code, message: "", at: "" } }) as const;
const shift = (seconds = 3_600, staff = ANN): Shift => ({ token: "t1", staff, until: iso(seconds) });
const pin = (screen: Screen): PinPanel => screen.state.panel as PinPanel;
const amina = cue({ id: "amina", expires_at: iso(300) });

function shop(...here: (typeof ANN)[]): Screen {
  return new Screen().up().at(0, { kind: "staffed", answer: ok({ staff: here }) });
}

function asked(): Screen {
  return shop(ANN, BEN).at(1, { kind: "staff" }, { kind: "who", member: "ann" });
}

function typing(text: string): Screen {
  return asked().at(2, { kind: "edit", field: "pin", value: text });
}

function taken(): Screen {
  return typing("4821").at(3, { kind: "submit" }, { kind: "signed-on", answer: ok(shift()) });
}

describe("a shop without staff", () => {
  test("sees nothing of it", () => {
    const screen = shop();
    expect(staffed(screen.state)).toBe(false);
    expect(screen.at(1, { kind: "staff" }).state.panel).toBeNull();
    expect(screen.at(2, { kind: "who", member: "ann" }).state.panel).toBeNull();
  });
});

describe("taking a screen", () => {
  test("is a touch, a name and a PIN", () => {
    const screen = shop(ANN, BEN).at(1, { kind: "staff" });
    expect(screen.state.panel?.kind).toBe("staff");
    screen.at(2, { kind: "who", member: "ben" });
    expect(pin(screen)).toMatchObject({ who: BEN, pin: "", busy: false });
    screen.news();
    screen.at(3, { kind: "edit", field: "pin", value: "9012" }, { kind: "submit" });
    expect(screen.news()).toEqual([{ kind: "sign-on", body: { staff: "ben", pin: "9012", till: "2" } }]);
    expect(pin(screen).busy).toBe(true);
    screen.at(4, { kind: "signed-on", answer: ok(shift(60, BEN)) });
    expect(screen.state.staff.shift?.staff).toEqual(BEN);
    expect(screen.state.panel).toBeNull();
    expect(screen.news()).toEqual([{ kind: "send", message: { type: "staff", token: "t1" } }]);
  });

  test("takes digits of every script and nothing else", () => {
    expect(pin(typing("4a8 2-1")).pin).toBe("4821");
    expect(pin(typing("٤٨٢١")).pin).toBe("4821");
    expect(pin(typing("၄၈၂၁၀၉")).pin).toBe("482109");
    expect(pin(typing("۰۹")).pin).toBe("09");
    expect(pin(typing("12345678901")).pin).toBe("12345678");
  });

  test("asks nothing of the service before there are four digits", () => {
    const screen = typing("482");
    screen.news();
    expect(pin(screen.at(3, { kind: "submit" }))).toMatchObject({ fault: "short", pin: "482" });
    expect(screen.news()).toEqual([]);
  });

  test("says what is wrong, and what was typed is gone", () => {
    const cases = [
      [refused(401, "wrong-pin"), "wrong", ""],
      [refused(429, "slow-down"), "slow", ""],
      [refused(404, "unknown-staff"), "gone", ""],
      [{ kind: "unreachable" }, "unreachable", "4821"],
    ] as const;
    for (const [answer, fault, left] of cases) {
      const screen = typing("4821").at(3, { kind: "submit" }, { kind: "signed-on", answer });
      expect(pin(screen)).toMatchObject({ fault, pin: left, busy: false });
      expect(screen.state.staff.shift).toBeNull();
    }
  });

  test("is not asked for twice, and nothing is typed into it meanwhile", () => {
    const screen = typing("4821").at(3, { kind: "submit" });
    screen.news();
    screen.at(4, { kind: "submit" }, { kind: "edit", field: "pin", value: "1" });
    expect(screen.news()).toEqual([]);
    expect(pin(screen).pin).toBe("4821");
  });

  test("goes on after it was left, if the answer was on its way", () => {
    const screen = typing("4821").at(3, { kind: "submit" }, { kind: "dismiss" }, { kind: "signed-on", answer: ok(shift()) });
    expect(screen.state.staff.shift).toEqual(shift());
    expect(screen.state.panel).toBeNull();
  });

  test("waits for nobody for ever", () => {
    const screen = typing("48").at(2 + FORM_MS / 1_000, { kind: "tick" });
    expect(screen.state.panel).toBeNull();
  });

  test("is not disturbed by who comes meanwhile; they wait", () => {
    const screen = typing("48").at(3, { kind: "message", message: raised(amina) });
    expect(pin(screen).pin).toBe("48");
    expect(screen.state.cues).toHaveLength(1);
    expect(pin(screen.at(4, { kind: "scanned", text: "7K4M29QX" })).pin).toBe("48");
  });
});

describe("a shift", () => {
  test("is given back by a touch", () => {
    const screen = taken();
    expect(controls(screen.at(4, { kind: "staff" }).state).map((it) => it.event.kind)).toEqual(["sign-off", "dismiss"]);
    screen.news();
    screen.at(5, pressed(screen.state, "o") ?? { kind: "tick" });
    expect(screen.state.staff.shift).toBeNull();
    expect(screen.state.panel).toBeNull();
    expect(screen.news()).toEqual([
      { kind: "send", message: { type: "staff", token: null } },
      { kind: "sign-off", token: "t1" },
    ]);
  });

  test("ends by the service's clock", () => {
    const screen = taken();
    expect(screen.at(3_599, { kind: "tick" }).state.staff.shift).not.toBeNull();
    expect(screen.at(3_600, { kind: "tick" }).state.staff.shift).toBeNull();
  });

  test("does not end by a tablet's clock that is ahead, before the service has spoken", () => {
    const screen = new Screen();
    screen.state = { ...screen.state, staff: { here: [], shift: shift() }, offset: NOON + 86_400_000 };
    expect(screen.at(1, { kind: "tick" }).state.staff.shift).not.toBeNull();
    expect(screen.up(2).state.staff.shift).not.toBeNull();
  });

  test("is told again before what was answered without a link", () => {
    const screen = taken().at(4, { kind: "message", message: raised(amina) }).down(5);
    screen.at(6, { kind: "answer", index: 0 });
    screen.news();
    const sent = screen.up(7, { cues: [amina] }).news();
    expect(sent.map((it) => (it as { message: { type: string } }).message.type)).toEqual(["staff", "done"]);
  });

  test("that the service has forgotten is over, and the answer before it counts", () => {
    const screen = taken().at(4, { kind: "message", message: raised(amina) });
    screen.at(6, { kind: "answer", index: 0 });
    const error = { code: "staff-signed-off", message: "", at: "staff" };
    screen.at(7, { kind: "message", message: { type: "fault", error } });
    expect(screen.state.staff.shift).toBeNull();
    expect(screen.state.pending).toHaveLength(1);
    screen.at(8, { kind: "message", message: closed("amina") });
    expect(screen.state.pending).toHaveLength(0);
    expect(screen.state.panel).toBeNull();
  });

  test("that is over is said where a reward was to be used: nothing was", () => {
    const redeem = { customer: "a", reward: "r", name: "R", ask: "?", text: "", off: null, currency: "KES" };
    const due = cue({ id: "due", expires_at: iso(300), act: [{ kind: "reward", text: "R", redeem } as never] });
    const screen = taken().at(4, { kind: "message", message: raised(due) });
    screen.at(6, { kind: "redeem" }).at(8, { kind: "use" });
    screen.at(9, { kind: "used", answer: refused(401, "staff-signed-off") });
    expect(screen.state.panel).toMatchObject({ kind: "notice", notice: "signed-off" });
    expect(screen.state.refusal).toBeNull();
    expect(screen.state.staff.shift).toBeNull();
    screen.at(10, { kind: "dismiss" }).at(11, { kind: "redeem" }).at(12, { kind: "use" });
    screen.at(13, { kind: "used", answer: refused(409, "limit") });
    expect(screen.state.panel).toMatchObject({ kind: "notice", notice: "limit" });
  });

  test("that is over leaves a new card as it was typed", () => {
    const screen = taken().at(4, { kind: "new" }, { kind: "edit", field: "name", value: "Ann" }, { kind: "consent", yes: true });
    screen.at(5, { kind: "submit" }, { kind: "enrolled", answer: refused(401, "staff-signed-off") });
    expect(screen.state.panel).toMatchObject({ kind: "enrol", name: "Ann", fault: "signed-off", busy: false });
    expect(screen.state.staff.shift).toBeNull();
  });

  test("of somebody who is gone is over, and of somebody renamed has the new name", () => {
    const screen = taken().at(4, { kind: "staffed", answer: ok({ staff: [{ id: "ann", name: "Anna" }] }) });
    expect(screen.state.staff.shift?.staff.name).toBe("Anna");
    expect(screen.at(5, { kind: "staffed", answer: { kind: "unreachable" } }).state.staff.shift).not.toBeNull();
    expect(screen.at(6, { kind: "staffed", answer: ok({ staff: [BEN] }) }).state.staff.shift).toBeNull();
  });

  test("is read from this machine whole or not at all", () => {
    expect(read(JSON.stringify(shift()))).toEqual(shift());
    for (const text of [null, "", "{", "null", "[]", "{}", '{"token":1}', '{"token":"t","until":"x","staff":{"id":1}}']) {
      expect(read(text)).toBeNull();
    }
  });
});
