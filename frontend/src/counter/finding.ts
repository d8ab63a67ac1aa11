/** Finding somebody by name, number or letters: half a name chooses nobody, somebody has to. */
import type { Answer } from "../api";
import type { Found, FoundPeople } from "../wire";
import { checkin, notice, stranger } from "./checkins";
import {
  type FindPanel,
  FORM_MS,
  LOOK_CHARS_MIN,
  LOOK_WAIT_MS,
  SLOW_DOWN_MS,
  type State,
  type Step,
} from "./model";
import { blank, meant } from "./righting";
import { typed } from "./scanner";

const WHOLE = /^[2-9A-HJKMNP-Z]{8}$/; // all letters of a card

export function search(now: number): FindPanel {
  return blank(now, { act: "here" });
}

/** Every few letters ask; without a link there is nobody to ask. */
export function written(state: State, panel: FindPanel, text: string): Step {
  const next: FindPanel = { ...panel, text, go: false, choose: false, until: state.now + FORM_MS };
  const ask = state.link.up && text.trim().length >= LOOK_CHARS_MIN;
  return ask
    ? [{ ...state, panel: next }, look(state, text, LOOK_WAIT_MS)]
    : [{ ...state, panel: { ...next, found: null } }];
}

/** Enter. */
export function found(state: State): Step {
  const { panel } = state;
  if (panel?.kind !== "find" || panel.busy !== null || panel.text.trim() === "") return [state];
  if (!state.link.up) return byItself(state, panel);
  if (panel.found?.text === panel.text) return decided(state, panel, panel.found.people);
  return [{ ...state, panel: { ...panel, go: true } }, look(state, panel.text, 0)];
}

export function looked(state: State, text: string, answer: Answer<FoundPeople>): Step {
  const { panel } = state;
  if (panel?.kind !== "find" || panel.text !== text || panel.busy !== null) return [state];
  switch (answer.kind) {
    case "ok": {
      const { people, more } = answer.value;
      const next: FindPanel = { ...panel, found: { text, people, more } };
      return panel.go ? decided(state, next, people) : [{ ...state, panel: next }];
    }
    case "unreachable":
      return panel.go ? byItself(state, panel) : [state];
    case "refused":
      if (answer.status === 401) return [{ ...state, refusal: "unknown-key" }];
      if (answer.status === 403) return [{ ...state, refusal: "other-shop" }];
      if (answer.status === 429) return [{ ...notice(state, "slow"), flyAt: state.now + SLOW_DOWN_MS }];
      return [notice(state, "unread")];
    default:
      return answer satisfies never;
  }
}

/** Somebody was chosen from the list: they are here. */
export function pick(state: State, person: string): Step {
  const { panel } = state;
  if (panel?.kind !== "find" || panel.busy !== null) return [state];
  if (panel.purpose.act !== "here") return meant(state, panel, person);
  const [next, ...effects] = checkin(state, { customer: person }, true);
  const busy = next.flights.at(-1)?.id ?? null;
  return state.link.up ? [{ ...next, panel: { ...panel, busy } }, ...effects] : [notice(next, "kept"), ...effects];
}

/** A whole number or a whole card is one person; names are to be chosen from, even where there is only one. */
function decided(state: State, panel: FindPanel, people: readonly Found[]): Step {
  const sure = people.filter((it) => it.sure);
  const [one] = sure;
  if (one !== undefined && sure.length === 1) return pick({ ...state, panel }, one.id);
  if (people.length > 0) return [{ ...state, panel: { ...panel, go: false, choose: true } }];
  const who = typed(panel.text);
  if (who !== null && "phone" in who) return [stranger(state, who.phone)];
  if (who !== null && WHOLE.test(who.card) && /[0-9]/.test(who.card)) return [stranger(state, null)];
  return [{ ...state, panel: { ...panel, go: false } }];
}

/** Nobody can be asked who that is: a whole number or card is kept, a name is not. */
function byItself(state: State, panel: FindPanel): Step {
  const who = typed(panel.text);
  if (who === null || ("card" in who && !WHOLE.test(who.card))) return [notice(state, "unread")];
  const [next, ...effects] = checkin(state, who, true);
  return [state.link.up ? { ...next, panel: null } : notice(next, "kept"), ...effects];
}

function look(state: State, query: string, wait: number): { kind: "look"; body: { shop: string; query: string }; wait: number } {
  return { kind: "look", body: { shop: state.place.shop, query }, wait };
}
