/** Builders for the tests, with defaults, so that a test says only what it is about. Nothing here is shipped. */
import { initial, type State } from "./counter/model";
import { update } from "./counter/state";
import type { Event } from "./counter/model";
import type { CardView, Closed, Cue, CueMessage, RegularRow, Snapshot, TierStanding, Today } from "./wire";

/** The service's clock when a test begins; the screen's own then says 0. */
export const NOON = Date.parse("2026-10-06T12:00:00Z");

export function iso(seconds: number): string {
  return new Date(NOON + seconds * 1_000).toISOString();
}

export function cue(over: Partial<Cue> & { id?: string } = {}): Cue {
  return {
    id: "amina-1",
    till: "2",
    at: iso(0),
    expires_at: iso(120),
    tone: "greet",
    say: "Greet \u2068Amina\u2069 — medium latte, oat milk?",
    act: [],
    why: ["Latte in 14 of the last 17 morning visits"],
    nearly: [],
    name: "Amina",
    spoken: null,
    choices: [],
    offer: true,
    sale: false,
    join: null,
    ...over,
  };
}

export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    type: "snapshot",
    seq: 10,
    cues: [],
    now: iso(0),
    shop: "Baraza",
    language: "en",
    timezone: "Africa/Nairobi",
    greeted: 0,
    people: 5,
    silent: null,
    ...over,
  };
}

export function raised(one: Cue, over: Partial<CueMessage> = {}): CueMessage {
  return { type: "cue", seq: 11, prev: 10, now: iso(0), cue: one, ...over };
}

export function closed(id: string, over: Partial<Closed> = {}): Closed {
  return { type: "closed", seq: 12, prev: 11, cue: id, outcome: "usual", ...over };
}

export function person(over: Partial<RegularRow> = {}): RegularRow {
  const row = { id: "amina", name: "Amina", stage: "regular", overdue: false, visits: 48, points: 7 } as const;
  const rhythm = { every: 2, weeks: [2, 3, 3, 2, 4, 3, 3, 4, 3, 4, 3, 4] };
  return { ...row, ...rhythm, last_at: iso(0), usual: "latte", losing: null, ...over };
}

export function standing(over: Partial<TierStanding> = {}): TierStanding {
  const tier = { id: "gold", name: "Gold" };
  const end = { until: "2026-10-20", last: "2026-10-20", grace: false, losing: true };
  const need = { amount: 2, unit: "visits", by: "2026-10-20" } as const;
  return { tier, ...end, by_hand: false, best: false, below: null, need, ...over };
}

export function today(over: Partial<Today> = {}): Today {
  const counts = { regulars: 86, becoming: 9, resting: 21, people: 300, sales: true };
  const none = { expected: [], overdue: [], becoming: [], due: [] };
  const counted = { expected_count: 14, arrived_count: 6, overdue_count: 3 };
  return { at: iso(0), timezone: "Africa/Nairobi", counts, ...none, ...counted, ...over };
}

export function card(over: Partial<CardView> = {}): CardView {
  const consents = { recognise: true, remember: true, messages: false, offers: false };
  const drawn = { code: "7K4M29QX", secret: "00".repeat(20), now: iso(0), qr: "M0 0h1v1h-1z", qr_size: 33 };
  const receipts = { days: ["2026-10-06", "2026-10-05"], currency: "KES", digits: 2 };
  const today = { said: true, other_today: false, paused: false, mine: [], never: [], coming: null, question: null, unread: 0, receipts };
  const known = { usual: "latte", because: "most mornings", greeting: "full", consents, ...today } as const;
  const reward = { name: "Free coffee", points: 10, percent: null, minimum: 0, of: null, currency: "" };
  return { shop: "Baraza", language: "en", name: "Amina", points: 7, pending: 0, expiring: [], friends: 0, reward, stamps: true, tier: null, wallets: [], ...drawn, ...known, ...over };
}

/** A counter that lives through events at given seconds, and keeps what it asked for. */
export class Screen {
  state: State = initial({ shop: "s", till: "2" }, { kept: [], muted: false, shift: null }, 0, NOON);
  asked: unknown[] = [];

  at(seconds: number, ...events: Event[]): this {
    for (const event of events) {
      const [state, ...effects] = update(this.state, event, seconds * 1_000);
      this.state = state;
      this.asked.push(...effects);
    }
    return this;
  }

  up(seconds = 0, over: Partial<Snapshot> = {}): this {
    const message = snapshot({ now: iso(seconds), ...over });
    return this.at(seconds, { kind: "message", message }, this.link("up", seconds));
  }

  down(seconds: number): this {
    return this.at(seconds, this.link("down", seconds));
  }

  /** What was asked for since the last look. */
  news(): unknown[] {
    const asked = this.asked;
    this.asked = [];
    return asked;
  }

  private link(phase: "up" | "down", seconds: number): Event {
    const none = {
      seq: 10,
      tries: 0,
      retryAt: 0,
      askAt: 0,
      deadAt: 0,
      gap: false,
      tickAt: 0,
      refusal: null,
    };
    return { kind: "link", link: { ...none, phase, since: seconds * 1_000 } };
  }
}
