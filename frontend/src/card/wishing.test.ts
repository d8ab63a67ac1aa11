import { describe, expect, test } from "vitest";

import { card } from "../make";
import type { CardMenu, CardView } from "../wire";
import { type WishEffect, type WishEvent, type Wishing, wish } from "./wishing";

const latte = { name: "Latte", variation: "Medium", modifiers: ["Oat milk"], shown: "medium latte, oat\u00a0milk" };
const menu: CardMenu = { own: [latte], others: ["Tea", "Bun"] };
const view = card({ usual: "latte" });

function lived(events: WishEvent[], of: CardView = view): { state: Wishing | null; effects: WishEffect[] } {
  const effects: WishEffect[] = [];
  let state: Wishing | null = null;
  for (const event of events) {
    const [next, ...more] = wish(state, event, of);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const open: WishEvent[] = [{ kind: "open" }, { kind: "menu", answer: { kind: "ok", value: menu } }];
const edit = (row: number, change: Partial<Wishing["rows"][number]>): WishEvent => ({ kind: "edit", row, change });

describe("my usual", () => {
  test("begins with what is known of them", () => {
    expect(lived(open).state).toMatchObject({ rows: [{ item: "latte", days: "any" }], menu });
    const mine = [{ ...latte, days: "weekdays", part: "morning", label: "before work" }] as const;
    expect(lived(open, card({ mine, never: ["nuts"] })).state).toMatchObject({
      rows: [{ item: latte.shown, days: "weekdays", part: "morning", label: "before work" }],
      never: "nuts",
    });
  });

  test("what they had before is named with its size, what they write as they write it", () => {
    const { effects } = lived([
      ...open,
      edit(0, { item: "Medium latte, oat milk", days: "weekdays" }),
      { kind: "add" },
      edit(1, { item: " Hot cocoa ", label: " with the children " }),
      { kind: "never", never: "nuts,  sesame ,," },
      { kind: "save" },
      { kind: "save" },
    ]);
    expect(effects).toEqual([
      { kind: "menu" },
      {
        kind: "wish",
        body: {
          usuals: [
            { name: "Latte", variation: "Medium", modifiers: ["Oat milk"], days: "weekdays", part: "any", label: "" },
            { name: "Hot cocoa", variation: "", modifiers: [], days: "weekend", part: "any", label: "with the children" },
          ],
          never: ["nuts", "sesame"],
        },
      },
    ]);
  });

  test("no more than two, and each at its own time", () => {
    const { state } = lived([...open, { kind: "add" }, { kind: "add" }]);
    expect(state?.rows).toHaveLength(2);
    const same = lived([...open, { kind: "add" }, edit(1, { item: "Tea", days: "any" }), { kind: "save" }]);
    expect(same.state).toMatchObject({ fault: "time", busy: false });
  });

  test("taken away, the habit speaks again", () => {
    const { effects } = lived([...open, { kind: "drop", row: 0 }, { kind: "save" }]);
    expect(effects.at(-1)).toEqual({ kind: "wish", body: { usuals: [], never: [] } });
  });

  test("a label without a drink asks for it; what was not saved stays written", () => {
    expect(lived([...open, edit(0, { item: "", label: "before work" }), { kind: "save" }]).state).toMatchObject({ fault: "item" });
    const away = lived([...open, { kind: "save" }, { kind: "saved", answer: { kind: "unreachable" } }]);
    expect(away.state).toMatchObject({ fault: "unreachable", busy: false, rows: [{ item: "latte" }] });
    expect(lived([...open, { kind: "save" }, { kind: "saved", answer: { kind: "ok", value: view } }]).state).toBeNull();
  });
});
