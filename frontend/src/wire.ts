// Generated from loyalty/wire.py and the wire_*.py beside it by `make wire`; change it there.
export const BODY_BYTES_MAX = 4_194_304;
export const SMALL_BODY_BYTES_MAX = 65_536;
export const FRAME_BYTES_MAX = 4_194_304;
export const BATCH_MAX = 1_000;
export const LINES_MAX = 200;
export const MODIFIERS_MAX = 30;
export const TENDERS_MAX = 50;
export const REFUNDS_MAX = 100;
export const REDEMPTIONS_MAX = 20;
export const IDENTIFIERS_MAX = 20;
export const ID_CHARS_MAX = 128;
export const NAME_CHARS_MAX = 200;
export const AMOUNT_MAX = 1_000_000_000_000;
export const HOLD_OUT_MAX = 50;
export const RULES_MAX = 50;
export const HOLD_DAYS_MAX = 730;
export const PENDING_HOURS_MAX = 1_440;
export const PERCENT_MAX = 1_000;
export const A_DAY_MAX = 1_000;
export const ADJUST_MAX = 1_000_000;
export const BY_HAND_DAYS_MAX = 731;
export const USUALS_MAX = 2;
export const NEVER_MAX = 20;
export const STAFF_MAX = 100;
export const STAFF_NAME_CHARS_MAX = 60;
export const LIMIT_MAX = 10_000;
export const SALES_SHOWN_MAX = 5;
export const PEOPLE_SHOWN_MAX = 5;
export const SEEN_MAX = 50;
export const PIN_DIGITS_MAX = 8;
export const VISIT_SALES_MAX = 50;
export const MERGES_MAX = 200;
export const REASON_CHARS_MAX = 140;
export const A_WEEK_MAX = 1_000;
export const STAFF_ROWS_MAX = 50;
export const SENTENCE_CHARS_MAX = 500;
export const SENTENCES_MAX = 10;
export const SAID_MAX = 100;
export const THREADS_MAX = 50;
export const PUSH_CHARS_MAX = 200;
export const LOGS_MAX = 20;
export const LOG_CHARS_MAX = 4_000;

/** RFC 3339 with an offset. */
export type When = string;

/** A date, such as 2026-10-05. */
export type Day = string;

export type IdentifierKind = "phone" | "email" | "fingerprint" | "pos_id" | "reference";

export type Greeting = "full" | "name" | "points" | "none";

export type Tone = "greet" | "celebrate" | "repair" | "ask" | "inform";

export type Outcome = "usual" | "other" | "wrong-person" | "redeemed" | "dismissed";

export type Closing = "usual" | "other" | "wrong-person" | "redeemed" | "dismissed" | "expired";

export type ScreenMessage = Hello | Done | Undo | AtScreen;

export type CounterMessage = Snapshot | CueMessage | Closed | ScreenFault;

export type Earn = EarnVisit | EarnSpend | EarnItem | EarnHours | EarnWelcome | EarnReferral;

export type MarkKind = "phone" | "email" | "fingerprint" | "pos_id" | "reference" | "card" | "shared";

export type Wallet = "apple" | "google";

export type Days = "any" | "weekdays" | "weekend";

export type Part = "any" | "morning" | "midday" | "afternoon" | "evening";

export type VisitFate = "learned" | "apart" | "forgotten" | "earned" | "voided" | "given-back";

export type Written = "name" | "spoken" | "birthday" | "consents" | "greeting";

export type Joined = "phone" | "counter" | "shop";

export type Stage = "regular" | "becoming" | "resting" | "known" | "new";

export type Verdict = "done" | "failed" | "skipped";

export type StationName = "received" | "understood" | "recognised" | "remembered" | "earned" | "said";

export type SeenKind =
  | "own-card"
  | "own-card-busy"
  | "bare-points"
  | "by-hand"
  | "burst"
  | "idle"
  | "busy-card"
  | "pair"
  | "unmet"
  | "merges";

export type SurpriseReason = "due" | "thanks" | "sorry" | "hard-day" | "celebrate" | "other";

export type GiftReason = "perk" | "due" | "thanks" | "sorry" | "hard-day" | "celebrate" | "other";

export type Spread = "fair" | "more-than-chance" | "cannot-tell";

export type PartName = "morning" | "midday" | "afternoon" | "evening";

export type Answered = "up" | "down" | "skip";

export type Speaker = "customer" | "shop";

/** One line of a sale; `total` is after the line's own discounts. */
export interface Line {
  readonly name: string;
  readonly quantity: string;
  readonly total: number;
  readonly variation: string | null;
  readonly modifiers: readonly string[];
  readonly sku: string | null;
  readonly category: string | null;
  readonly list_price: number | null;
}

/** How a part of the sale was paid. */
export interface Tender {
  readonly kind: string;
  readonly amount: number;
  readonly fingerprint?: string | null;
  readonly last4?: string | null;
}

/** Money given back inside the sale's own record; amounts are positive. */
export interface Refund {
  readonly id: string;
  readonly at: When;
  readonly amount: number;
  readonly lines?: readonly Line[];
}

/** The sale that a separate refund receipt belongs to (same shop, same source). */
export interface RefundOf {
  readonly id: string;
}

/** What a sale or a check-in says about who is there. */
export interface Evidence {
  readonly card?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly pos_id?: string | null;
  readonly reference?: string | null;
}

/** A sale at a till, as far as it has got. Identity is (shop, source, id); the highest revision holds. */
export interface Transaction {
  readonly id: string;
  readonly source: string;
  readonly shop: string;
  readonly state: "open" | "paid" | "voided";
  readonly at: When;
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly total: number;
  readonly till?: string | null;
  readonly revision?: number;
  readonly staff?: string | null;
  readonly refund_of?: RefundOf | null;
  readonly changed_at?: When | null;
  readonly age_s?: number | null;
  readonly order_discount?: number;
  readonly tax?: number;
  readonly tax_included?: boolean;
  readonly tip?: number;
  readonly service_charge?: number;
  readonly tenders?: readonly Tender[];
  readonly refunds?: readonly Refund[];
  readonly redemptions?: readonly string[];
  readonly customer?: Evidence | null;
}

/** What is wrong, where, and in words what to do. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly at: string;
}

/** The one shape of every error. */
export interface ErrorAnswer {
  readonly error: Fault;
}

/** One unfit transaction of a batch; `index` counts from 0. */
export interface Rejected {
  readonly index: number;
  readonly error: Fault;
}

/** Answer to a batch, given after the durable commit. */
export interface Accepted {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejected[];
}

/** Somebody showed who they are before ordering: a card, a phone number, a payment card. */
export interface Presence {
  readonly shop: string;
  readonly till?: string | null;
  readonly at?: When | null;
  readonly card?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly fingerprint?: string | null;
  readonly pos_id?: string | null;
  readonly reference?: string | null;
  readonly customer?: string | null;
  readonly instead?: string | null;
}

/** Adapter → service on `WS /v1/stream`: exactly one of transaction and presence. */
export interface StreamFrame {
  readonly seq: number;
  readonly transaction?: unknown;
  readonly presence?: unknown;
}

/** Everything up to `ack` is durable, save what was refused. */
export interface Ack {
  readonly ack: number;
}

/** This one cannot be understood; it was set aside, and sending it again would not help. */
export interface Refused {
  readonly refused: number;
  readonly error: Fault;
}

/** A reward that is due, and what using it changes, named before it changes. `customer` and `reward` go into `POST /v1/redemptions`; `ask` and `text` are ready to show. What comes `off` the sale, in minor units of `currency`, is known where the program says what the reward is worth, else null. Whoever stands at the till looks whether the sale comes to the `minimum` and holds what the reward is `of`. */
export interface Redeem {
  readonly customer: string;
  readonly reward: string;
  readonly name: string;
  readonly points: number;
  readonly stays: number;
  readonly off: number | null;
  readonly percent: number | null;
  readonly minimum: number;
  readonly of: string | null;
  readonly currency: string;
  readonly word: boolean;
  readonly ask: string;
  readonly text: string;
}

/** What touching an act gives, by `POST /v1/perks`, or without a `perk` by `POST /v1/surprises`, *due*. `given` is the gift, once it was given. */
export interface Giving {
  readonly customer: string;
  readonly perk: string | null;
  readonly given: string | null;
}

/** The one thing the barista may do; `redeem` where it is to use a reward that is due, `give` where it gives. */
export interface Act {
  readonly kind: string;
  readonly text: string;
  readonly redeem?: Redeem;
  readonly give?: Giving;
}

/** One sentence for the counter, in the screen's language, ready to show; screens never parse it. */
export interface Cue {
  readonly id: string;
  readonly till: string | null;
  readonly at: When;
  readonly expires_at: When;
  readonly tone: Tone;
  readonly say: string;
  readonly act: readonly Act[];
  readonly why: readonly string[];
  readonly nearly: readonly string[];
  readonly name: string | null;
  readonly spoken: string | null;
  readonly choices: readonly string[];
  readonly offer: boolean;
  readonly sale: boolean;
  readonly join: string | null;
}

/** Screen → service, first message, within ten seconds. `till` null is every till. */
export interface Hello {
  readonly type: "hello";
  readonly key: string;
  readonly shop: string;
  readonly till?: string | null;
  readonly after?: number | null;
  readonly language?: string | null;
}

/** The barista's answer to a cue. */
export interface Done {
  readonly type: "done";
  readonly cue: string;
  readonly outcome: Outcome;
  readonly choice?: number | null;
}

/** Takes an answer back, for 30 seconds. */
export interface Undo {
  readonly type: "undo";
  readonly cue: string;
}

/** Who of the staff works at this screen from here on, by the token of their shift; null: nobody says. */
export interface AtScreen {
  readonly type: "staff";
  readonly token?: string | null;
}

/** A till that has not spoken for longer than it ever does at this hour; `since` null: not yet today. */
export interface Silent {
  readonly till: string;
  readonly since: When | null;
}

/** Where the screen starts: the open cues as of number `seq`. `now` is the service's clock. */
export interface Snapshot {
  readonly type: "snapshot";
  readonly seq: number;
  readonly cues: readonly Cue[];
  readonly now: When;
  readonly shop: string;
  readonly language: string;
  readonly timezone: string;
  readonly greeted: number;
  readonly people: number;
  readonly silent: Silent | null;
}

/** A cue was raised, renewed or reopened. `prev` is the number before this one on this screen. */
export interface CueMessage {
  readonly type: "cue";
  readonly seq: number;
  readonly prev: number;
  readonly cue: Cue;
  readonly now: When;
}

/** A cue is over. */
export interface Closed {
  readonly type: "closed";
  readonly seq: number;
  readonly prev: number;
  readonly cue: string;
  readonly outcome: Closing;
}

/** Service → screen: that message changed nothing, and why; `staff-signed-off`: it was done in nobody's name. */
export interface ScreenFault {
  readonly type: "fault";
  readonly error: Fault;
}

/** A drink as it is usually taken. */
export interface UsualLine {
  readonly name: string;
  readonly variation: string | null;
  readonly modifiers: readonly string[];
}

/** `p` is the probability that this drink is in the next order. */
export interface UsualItem {
  readonly line: UsualLine;
  readonly p: number;
}

/** The three most probable lines; `say` whether the first may be said aloud. */
export interface Usual {
  readonly say: boolean;
  readonly because: string;
  readonly items: readonly UsualItem[];
}

export interface TierRef {
  readonly id: string;
  readonly name: string;
}

/** So much more by the end of that day, whenever it comes, surely keeps the tier; spend is in minor units. */
export interface TierNeed {
  readonly amount: number;
  readonly unit: "spend" | "visits";
  readonly by: Day;
}

/** A customer's tier and its end, if they do not come again. `until` is its last day, `last` the same with grace; null where no end can be known, as for a place among the best (`best`). After it they have `below`. `losing`: it ends within a month. `need` is null where no sum could be promised to keep it. */
export interface TierStanding {
  readonly tier: TierRef;
  readonly until: Day | null;
  readonly last: Day | null;
  readonly grace: boolean;
  readonly by_hand: boolean;
  readonly best: boolean;
  readonly losing: boolean;
  readonly below: TierRef | null;
  readonly need: TierNeed | null;
}

/** What is known of a customer at a moment. `overdue` by their own rhythm. */
export interface Recognition {
  readonly visits: number;
  readonly regular: boolean;
  readonly becoming: boolean;
  readonly overdue: boolean;
  readonly tier: TierRef | null;
  readonly points: number;
  readonly usual: Usual;
}

export interface CustomerRef {
  readonly id: string;
  readonly name: string;
  readonly greeting: Greeting;
}

export interface CheckinAnswer {
  readonly customer: CustomerRef;
  readonly recognition: Recognition;
  readonly cue: Cue;
}

export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** `recognise`: may be told apart at the counter; `remember`: orders are learned. Not given is no. */
export interface Consents {
  readonly recognise: boolean;
  readonly remember: boolean;
  readonly messages: boolean;
  readonly offers: boolean;
}

/** From a screen, `till` or `instead` (see Presence) bring along the sale that was just rung up. */
export interface Enrolment {
  readonly name: string;
  readonly identifiers?: readonly Identifier[];
  readonly greeting?: Greeting | null;
  readonly consents?: Consents;
  readonly till?: string | null;
  readonly instead?: string | null;
  readonly brought_by?: string | null;
  readonly spoken?: string | null;
  readonly birthday?: string | null;
}

/** `qr` is the outline of a code for `card_url`: scanned with a phone, it opens the card. */
export interface Enrolled {
  readonly id: string;
  readonly card: string;
  readonly card_url: string;
  readonly qr: string;
  readonly qr_size: number;
}

/** Who of this shop is it? The beginning of a name, a phone number, or the card's letters. */
export interface LookUp {
  readonly shop: string;
  readonly query: string;
}

/** `sure`: by a whole number or a whole card; else somebody has to choose. Quiet people have no name here. */
export interface Found {
  readonly id: string;
  readonly name: string | null;
  readonly letters: string;
  readonly sure: boolean;
}

/** `more`: there are others; more letters will tell. */
export interface FoundPeople {
  readonly people: readonly Found[];
  readonly more: boolean;
}

/** Points that can be spent to the end of a day. */
export interface Ending {
  readonly points: number;
  readonly on: Day;
}

/** One movement of points, and the sale or the redemption that moved them. */
export interface EntryOut {
  readonly points: number;
  readonly reason: string;
  readonly at: When;
  readonly transaction: string | null;
  readonly expires_on: string | null;
  readonly redemption: string | null;
}

export interface SaleRef {
  readonly shop: string;
  readonly source: string;
  readonly id: string;
}

/** Sales less than 30 minutes apart; `total` in minor units. */
export interface VisitOut {
  readonly at: When;
  readonly transactions: readonly string[];
  readonly sales: readonly SaleRef[];
  readonly lines: readonly Line[];
  readonly total: number;
}

/** A cue as staff saw it, and how it ended. `offer`: it offered the usual aloud. */
export interface CueOut {
  readonly at: When;
  readonly say: string;
  readonly tone: Tone;
  readonly outcome: string | null;
  readonly offer: boolean;
}

/** The whole of what is known of one customer; `next` leads on to older entries and visits. `merged`: customers who are this one now; whoever asks for one of them is answered this. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly greeting: Greeting;
  readonly consents: Consents;
  readonly identifiers: readonly Identifier[];
  readonly recognition: Recognition;
  readonly standing: TierStanding | null;
  readonly points: number;
  readonly pending: number;
  readonly expiring: readonly Ending[];
  readonly entries: readonly EntryOut[];
  readonly visits: readonly VisitOut[];
  readonly cues: readonly CueOut[];
  readonly enrolled_at: When;
  readonly merged: readonly string[];
  readonly next: string | null;
}

/** Somebody with whom a card is shared; `holds`: it is theirs, and who was asked for uses it too. */
export interface Sharer {
  readonly id: string;
  readonly name: string | null;
  readonly letters: string;
  readonly holds: boolean;
}

/** Use a reward. `key` is the sender's own: the same key is the same redemption, however often it is sent. A till that is null is any till. `shop` is for the owner's key; a screen's key is for its own shop. `cue`: the one that offered it; where that says so (see Redeem), `word` tells that they were asked who they are. */
export interface NewRedemption {
  readonly customer: string;
  readonly reward: string;
  readonly key: string;
  readonly till?: string | null;
  readonly shop?: string | null;
  readonly cue?: string | null;
  readonly word?: boolean;
}

/** A reward that is being used: its points have left the balance, unless it was released. */
export interface Redemption {
  readonly id: string;
  readonly state: "confirmed" | "released" | "reserved";
  readonly points: number;
  readonly expires_at: When;
}

export interface NewShop {
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  readonly language?: string;
}

export interface ShopMade {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  readonly screen_key: string;
}

export interface ShopRow {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
}

export interface Shops {
  readonly shops: readonly ShopRow[];
}

export interface Health {
  readonly status: string;
}

/** Which lines a rule is about; every field that is given must agree. */
export interface Match {
  readonly name?: string | null;
  readonly sku?: string | null;
  readonly category?: string | null;
}

/** When something holds: on these weekdays (none is all), from a time to before another; past midnight if it is earlier. The weekday is that of the business day. */
export interface Hours {
  readonly weekdays?: readonly number[];
  readonly start?: string;
  readonly end?: string;
}

export interface EarnVisit {
  readonly kind: "visit";
  readonly points: number;
}

/** `points` for every whole `per` minor units spent on lines, never on a tip; on tax only where `tax` says so. */
export interface EarnSpend {
  readonly kind: "spend";
  readonly points: number;
  readonly per: number;
  readonly tax?: boolean;
}

/** `points` for each of a matching line's quantity. */
export interface EarnItem {
  readonly kind: "item";
  readonly match: Match;
  readonly points: number;
}

/** Bonus hours: what the rules of visit, spend and item give is `percent` of it (200 is double). Of several that hold at once the best counts. */
export interface EarnHours {
  readonly kind: "hours";
  readonly hours: Hours;
  readonly percent: number;
}

/** Once, with somebody's first sale. */
export interface EarnWelcome {
  readonly kind: "welcome";
  readonly points: number;
}

/** With the first sale of somebody who was brought along: `points` for who brought them, `friend` for them. */
export interface EarnReferral {
  readonly kind: "referral";
  readonly points: number;
  readonly friend?: number;
}

/** What points buy, and on what conditions. `worth` is what it usually takes off a sale, in minor units: named at the counter before it is used. An *amount-off* takes `off`, a *percent-off* `percent` of the sale; a *free-item* or an *upgrade* is of what `match` names, if it names something. `minimum` is what the sale has to come to before it, `a_day` how often a customer may use it on one business day, `a_day_shop` how often all of them together, `until` its last day. `minimum`, `match` and `percent` only the till can know: they are said at the counter before the reward is used, and sales that did not keep to the first two are shown to the owner. */
export interface Reward {
  readonly id: string;
  readonly name: string;
  readonly points: number;
  readonly kind?: "amount-off" | "free-item" | "percent-off" | "upgrade";
  readonly worth?: number;
  readonly off?: number;
  readonly percent?: number;
  readonly match?: Match;
  readonly minimum?: number;
  readonly hours?: Hours;
  readonly tiers?: readonly string[];
  readonly a_day?: number | null;
  readonly a_day_shop?: number | null;
  readonly until?: Day | null;
}

/** What the customer saves for, and what it asks of a sale; `minimum` in minor units of `currency`, 0 for none. */
export interface CardReward {
  readonly name: string;
  readonly points: number;
  readonly percent: number | null;
  readonly minimum: number;
  readonly of: string | null;
  readonly currency: string;
}

/** Reached when `measure` over the last `window_days` days is at least `at_least` (minor units, or visits). `top-spend`: among the best `at_least` percent of the business's customers by spend that fades with a half-life of 90 days, as of every morning; such a place is not held. Any other tier is held for `hold_days` after the last day on which its measure reaches, and is theirs for `grace_days` more; then it goes one step down at a time. `percent`: what its holders' visits, spend and items earn, in percent. */
export interface TierRule {
  readonly id: string;
  readonly name: string;
  readonly measure: "spend" | "top-spend" | "visits";
  readonly at_least: number;
  readonly window_days?: number;
  readonly hold_days?: number;
  readonly grace_days?: number;
  readonly percent?: number;
}

/** Value as a permission: one thing that the barista may do for holders of these tiers. `larger`: ring up one size, serve the next. `extra`: something free, named by `name`. `first`: they need not queue. `cost` is what it costs the house, in minor units, booked when it is given. */
export interface Perk {
  readonly id: string;
  readonly name: string;
  readonly kind: "extra" | "first" | "larger";
  readonly tiers: readonly string[];
  readonly a_day?: number;
  readonly a_day_shop?: number | null;
  readonly cost?: number;
}

/** How points are earned, what they buy, the tiers, lowest first, and what staff may give. What `exclude` matches earns nothing. Points can be spent `pending_hours` after they were earned, and to the end of the business day that is `expire_days` later; null: for ever. `unit` is what they are called to customers and at the counter; stamps are drawn one by one, up to a dozen. */
export interface Program {
  readonly earn: readonly Earn[];
  readonly rewards?: readonly Reward[];
  readonly tiers?: readonly TierRule[];
  readonly perks?: readonly Perk[];
  readonly exclude?: readonly Match[];
  readonly expire_days?: number | null;
  readonly pending_hours?: number;
  readonly unit?: "points" | "stamps";
}

/** `hold_out`: percentage of newly enrolled people who are greeted by points alone, to compare with; 0 is off. `asks`: now and then somebody is asked on their card how the last visit was; null leaves it as it is. */
export interface HouseSettings {
  readonly hold_out: number;
  readonly asks: boolean | null;
}

/** Points given (or, below zero, taken) by hand. `key` is the sender's own: the same key is the same adjustment. */
export interface NewAdjustment {
  readonly points: number;
  readonly key: string;
  readonly note?: string;
}

/** What was moved, and what can be spent now. */
export interface Adjusted {
  readonly id: string;
  readonly points: number;
  readonly balance: number;
}

/** Give somebody a tier to the end of a day: a floor until then and no longer. What they earn may be higher. */
export interface SetTier {
  readonly tier: string;
  readonly until: Day;
  readonly reason: string;
}

/** The tier that was set by hand, while it holds. */
export interface HandTier {
  readonly tier: TierRef;
  readonly until: Day;
  readonly reason: string;
  readonly set_at: When;
}

/** For the owner: what may be set, what was, and of how many too few a business has for a place among the best; null where that is no question. */
export interface PersonTiers {
  readonly choices: readonly TierRef[];
  readonly by_hand: HandTier | null;
  readonly too_few: number | null;
}

/** The customer's own tier; its money is in `currency`. */
export interface CardTier {
  readonly standing: TierStanding;
  readonly currency: string;
}

/** One visit that the customer is asked about: when it was, in the shop's own time, and what was had. */
export interface CardQuestion {
  readonly id: string;
  readonly at: When;
  readonly timezone: string;
  readonly items: readonly string[];
}

/** One line of a thread: a sentence, a thumb about a visit, or both. `seen`: the other side has read it. `question` names the visit that it is about. `righted`: a thumb down that the shop has put right since. */
export interface Said {
  readonly at: When;
  readonly by: Speaker;
  readonly text: string | null;
  readonly thumb: "down" | "up" | null;
  readonly question: string | null;
  readonly visit_at: When | null;
  readonly seen: boolean;
  readonly righted: boolean;
}

/** Something given, as the customer is told it: why, and in staff's own words where those were used. */
export interface CardGift {
  readonly at: When;
  readonly kind: "perk" | "surprise";
  readonly name: string;
  readonly reason: GiftReason;
  readonly said: string;
  readonly taken_back: boolean;
}

/** The customer's own card page. `qr` is the outline of a square of `qr_size` modules, quiet zone included: of the letters alone, as on paper. The code that renews itself the phone makes by `secret` (hexadecimal) and the time. */
export interface CardView {
  readonly shop: string;
  readonly language: string;
  readonly name: string;
  readonly code: string;
  readonly secret: string;
  readonly now: When;
  readonly qr: string;
  readonly qr_size: number;
  readonly points: number;
  readonly pending: number;
  readonly expiring: readonly Ending[];
  readonly friends: number;
  readonly reward: CardReward | null;
  readonly stamps: boolean;
  readonly tier: CardTier | null;
  readonly greeting: Greeting;
  readonly consents: Consents;
  readonly usual: string | null;
  readonly because: string | null;
  readonly said: boolean;
  readonly mine: readonly CardMine[];
  readonly never: readonly string[];
  readonly other_today: boolean;
  readonly paused: boolean;
  readonly coming: When | null;
  readonly question: CardQuestion | null;
  readonly unread: number;
  readonly receipts: CardReceipts;
  readonly wallets: readonly Wallet[];
}

/** One usual in the customer's own words; `shown` as the shop would say it. */
export interface CardMine {
  readonly name: string;
  readonly variation: string;
  readonly modifiers: readonly string[];
  readonly days: Days;
  readonly part: Part;
  readonly label: string;
  readonly shown: string;
}

/** One that they name: what it is, and when they have it. */
export interface CardUsual {
  readonly name: string;
  readonly variation?: string;
  readonly modifiers?: readonly string[];
  readonly days?: Days;
  readonly part?: Part;
  readonly label?: string;
}

/** What the customer says of themselves: the whole of it, in place of what they said before. */
export interface CardWishes {
  readonly usuals?: readonly CardUsual[];
  readonly never?: readonly string[];
}

/** On my way: in how many minutes they will be here. */
export interface CardComing {
  readonly minutes: number;
}

/** Something they have had, as they mostly take it. */
export interface CardItem {
  readonly name: string;
  readonly variation: string;
  readonly modifiers: readonly string[];
  readonly shown: string;
}

/** What can be named as a usual: their own, the most frequent first, and what else the shop sells. */
export interface CardMenu {
  readonly own: readonly CardItem[];
  readonly others: readonly string[];
}

/** First on `WS /v1/card/live`: the card link's token, and the language in which the card is read. */
export interface CardHello {
  readonly key: string;
  readonly language?: string | null;
}

/** The card as it is now: at once, and again whenever something on it has changed. */
export interface CardNews {
  readonly type: "card";
  readonly card: CardView;
}

/** What the customer sets on their card; in force on the next scan. What is left out stays. How the name is said and the birthday (MM-DD, no year) are taken away by an empty text; of what is agreed to, all is said at once. */
export interface CardChange {
  readonly greeting?: Greeting | null;
  readonly other_today?: boolean | null;
  readonly paused?: boolean | null;
  readonly name?: string | null;
  readonly spoken?: string | null;
  readonly birthday?: string | null;
  readonly consents?: Consents | null;
}

/** What the form needs in which a receipt is claimed: the days, the newest first, and how its total is written. */
export interface CardReceipts {
  readonly days: readonly Day[];
  readonly currency: string;
  readonly digits: number;
}

/** What a receipt says whose sale is nobody's: day, total in minor units, and the shop's time or the number. */
export interface CardClaim {
  readonly day: Day;
  readonly total: number;
  readonly time?: string | null;
  readonly number?: string | null;
}

/** The last four letters of the code, as proof that it is meant. */
export interface CardErase {
  readonly letters: string;
}

/** A cue that staff saw, as the counter drew it, and what they answered; null: nobody has yet. */
export interface CardCue {
  readonly tone: Tone;
  readonly say: string;
  readonly act: readonly Act[];
  readonly till: string | null;
  readonly at: When;
  readonly seconds: number;
  readonly outcome: Closing | null;
}

/** One sale: what was had, for how much, and whether it counted. */
export interface CardVisit {
  readonly at: When;
  readonly items: readonly string[];
  readonly total: number | null;
  readonly fate: VisitFate;
  readonly claimed: boolean;
}

/** One movement of points; `item` is what was bought, where it came from a sale. */
export interface CardEntry {
  readonly at: When;
  readonly points: number;
  readonly reason: string;
  readonly item: string | null;
}

/** One way in which we know that it is you, hidden but for its end; `id` is for taking it away. */
export interface CardMark {
  readonly id: number;
  readonly kind: MarkKind;
  readonly shown: string;
  readonly since: When;
}

/** Something that the customer wrote or chose on their card, and when they did last. */
export interface CardWritten {
  readonly what: Written;
  readonly at: When;
}

/** Who they are, as the shop has it. What is not among `written` is as it was when they joined. */
export interface CardAbout {
  readonly name: string;
  readonly spoken: string | null;
  readonly birthday: string | null;
  readonly consents: Consents;
  readonly since: When;
  readonly joined: Joined;
  readonly written: readonly CardWritten[];
}

/** Who else uses a card of theirs, or whose card they use (`holds`). A name only of who lets it be said. */
export interface CardSharer {
  readonly id: string;
  readonly name: string | null;
  readonly holds: boolean;
}

/** Everything that the shop knows of the customer, for the customer. The newest of each; the copy has all. */
export interface CardKnows {
  readonly currency: string;
  readonly digits: number;
  readonly timezone: string;
  readonly about: CardAbout;
  readonly sharers: readonly CardSharer[];
  readonly cue: CardCue | null;
  readonly earlier: readonly CardCue[];
  readonly visits: readonly CardVisit[];
  readonly visits_count: number;
  readonly entries: readonly CardEntry[];
  readonly gifts: readonly CardGift[];
  readonly said: readonly Said[];
  readonly marks: readonly CardMark[];
}

/** The one-time token of the owner's set-up link, and by what they will sign in. */
export interface Setup {
  readonly token: string;
  readonly login: string;
  readonly password: string;
}

/** The token of a set-up link, to ask whether it is still good. */
export interface SetupLink {
  readonly token: string;
}

export interface SignIn {
  readonly login: string;
  readonly password: string;
}

/** The session itself is in a cookie that no script can read. */
export interface SignedIn {
  readonly until: When;
}

/** A regular who is likely to come today. Minutes count from midnight of the business day, in the shop's zone. */
export interface ExpectedRow {
  readonly id: string;
  readonly name: string;
  readonly usual: string | null;
  readonly opens: number | null;
  readonly shuts: number | null;
  readonly arrived: number | null;
}

/** A regular who stayed away longer than their own rhythm. `marks`: how many days ago they came, of sixty. */
export interface OverdueRow {
  readonly id: string;
  readonly name: string;
  readonly every: number;
  readonly away: number;
  readonly marks: readonly number[];
}

/** Somebody on the way: so many visits within so many days. `fresh`: the third was within a week. */
export interface BecomingRow {
  readonly id: string;
  readonly name: string;
  readonly visits: number;
  readonly within: number;
  readonly usual: string | null;
  readonly fresh: boolean;
}

/** How many there are of each; `people` is everybody with a card, `sales` whether anything was sold yet. */
export interface Counts {
  readonly regulars: number;
  readonly becoming: number;
  readonly resting: number;
  readonly people: number;
  readonly sales: boolean;
}

/** The owner's first page. Lists are bounded; the counts are of all. */
export interface Today {
  readonly at: When;
  readonly timezone: string;
  readonly counts: Counts;
  readonly expected: readonly ExpectedRow[];
  readonly expected_count: number;
  readonly arrived_count: number;
  readonly overdue: readonly OverdueRow[];
  readonly overdue_count: number;
  readonly becoming: readonly BecomingRow[];
  readonly due: readonly string[];
}

/** A line of the owner's list. */
export interface RegularRow {
  readonly id: string;
  readonly name: string;
  readonly stage: Stage;
  readonly overdue: boolean;
  readonly visits: number;
  readonly points: number;
  readonly every: number | null;
  readonly weeks: readonly number[];
  readonly last_at: When | null;
  readonly usual: string | null;
  readonly losing: TierStanding | null;
}

export interface Regulars {
  readonly people: readonly RegularRow[];
  readonly next: string | null;
}

/** One drink of somebody: had in `n` of their last `of` visits. */
export interface HabitRow {
  readonly item: string;
  readonly n: number;
  readonly of: number;
}

/** One person, for the owner: what is known, and what it was learned from. */
export interface PersonPage {
  readonly person: Person;
  readonly row: RegularRow;
  readonly tiers: PersonTiers;
  readonly card: string;
  readonly habits: readonly HabitRow[];
  readonly marks: readonly CardMark[];
  readonly sharers: readonly Sharer[];
  readonly shop: string;
  readonly timezone: string;
  readonly currency: string;
  readonly digits: number;
}

/** One station of the line, and what became of the sale there: a key of the catalogue and what it names. */
export interface Station {
  readonly name: StationName;
  readonly verdict: Verdict;
  readonly code: string;
  readonly args: Readonly<Record<string, string | number>>;
}

export interface PersonName {
  readonly id: string;
  readonly name: string;
}

/** Why a sale did what it did, or nothing. */
export interface Trace {
  readonly shop: string;
  readonly source: string;
  readonly id: string;
  readonly at: When;
  readonly till: string | null;
  readonly total: number;
  readonly currency: string;
  readonly digits: number;
  readonly person: PersonName | null;
  readonly by_hand: boolean;
  readonly refund: boolean;
  readonly stations: readonly Station[];
}

/** The sales of that number, or without one the newest of today that are nobody's. */
export interface Traces {
  readonly sales: readonly Trace[];
  readonly timezone: string;
}

/** Put a sale on a person by hand, or (null) decide again by its own evidence. */
export interface Assign {
  readonly shop: string;
  readonly source: string;
  readonly id: string;
  readonly customer?: string | null;
}

/** A till as its sales show it. `hours`: sales in each hour of today so far, from `first_hour`. */
export interface TillRow {
  readonly till: string | null;
  readonly source: string;
  readonly last_at: When;
  readonly today: number;
  readonly first_hour: number;
  readonly hours: readonly number[];
  readonly silent: boolean;
}

/** A delivery that could not be understood, and why. */
export interface AsideRow {
  readonly id: number;
  readonly at: When;
  readonly field: string;
  readonly message: string;
}

/** Whether tills and screens work. `screens`: the tills of the screens connected just now. */
export interface Tills {
  readonly at: When;
  readonly timezone: string;
  readonly tills: readonly TillRow[];
  readonly screens: readonly (string | null)[];
  readonly aside: readonly AsideRow[];
  readonly aside_count: number;
}

/** A key for another adapter, or for another counter screen of a shop. */
export interface NewKey {
  readonly role: "adapter" | "screen";
  readonly shop: string;
}

/** Shown this once. For a screen: its link, and the link as a QR code. */
export interface KeyMade {
  readonly key: string;
  readonly url: string | null;
  readonly qr: string | null;
  readonly qr_size: number;
}

/** Somebody who works in a shop, or (null) in all of them. `customer`: whose card is their own. */
export interface NewMember {
  readonly name: string;
  readonly pin: string;
  readonly shop?: string | null;
  readonly customer?: string | null;
}

/** What is known of somebody from now on, as a whole. */
export interface MemberChange {
  readonly name: string;
  readonly shop: string | null;
  readonly customer: string | null;
}

/** Another PIN: whoever holds a screen by the old one is signed off. */
export interface NewPin {
  readonly pin: string;
}

/** One of the staff. A PIN is never shown. */
export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly shop: string | null;
  readonly customer: PersonName | null;
  readonly made_at: When;
}

/** Everybody who is there, by name. */
export interface Staff {
  readonly staff: readonly MemberRow[];
}

export interface MemberRef {
  readonly id: string;
  readonly name: string;
}

/** Who may take this screen; nobody, where the shop has no staff. */
export interface StaffHere {
  readonly staff: readonly MemberRef[];
}

/** Somebody takes the screen of a till, by their PIN. */
export interface SignOn {
  readonly staff: string;
  readonly pin: string;
  readonly till?: string | null;
}

/** The screen is theirs until then. `token` is shown this once, and rides on what the screen asks. */
export interface Shift {
  readonly token: string;
  readonly staff: MemberRef;
  readonly until: When;
}

/** The most rewards that may be used: at a till within an hour, by one of the staff within a shift, and by a customer on a business day. Null is no limit. */
export interface Limits {
  readonly till_hour: number | null;
  readonly shift: number | null;
  readonly customer_day: number | null;
}

/** A sale, to look at. */
export interface SeenSale {
  readonly id: string;
  readonly at: When;
}

/** Something that was seen: `n` of it, and what it is measured against (`of`, `usual`; see the kind's sentence). Never that anybody did anything wrong: there is a good reason for most of it, and somebody who knows it. `people`: whose cards they are, the first few. */
export interface Seen {
  readonly kind: SeenKind;
  readonly staff: string | null;
  readonly people: readonly PersonName[];
  readonly till: string | null;
  readonly n: number;
  readonly of: number;
  readonly usual: number;
  readonly since: When;
  readonly until: When;
  readonly sales: readonly SeenSale[];
}

/** What is worth a look of the last business days. `whole`: every sale of them was looked at. */
export interface Integrity {
  readonly at: When;
  readonly timezone: string;
  readonly days: number;
  readonly sales: number;
  readonly whole: boolean;
  readonly rows: readonly Seen[];
  readonly more: number;
}

/** Two customers who may be one person: `gone` would be `kept`. */
export interface MergePair {
  readonly kept: string;
  readonly gone: string;
}

/** `key` is the sender's own: the same key is the same merge, however often it is sent. */
export interface NewMerge {
  readonly kept: string;
  readonly gone: string;
  readonly key: string;
}

/** One of the two, or both as one. A screen is told no name and no usual of who asked not to be named. */
export interface MergeSide {
  readonly id: string;
  readonly name: string | null;
  readonly letters: string;
  readonly visits: number;
  readonly points: number;
  readonly usual: string | null;
  readonly greeting: Greeting;
  readonly consents: Consents;
}

/** What a merge would make of the two, before it does. `warnings`: what speaks against it, in words. */
export interface MergePreview {
  readonly kept: MergeSide;
  readonly gone: MergeSide;
  readonly after: MergeSide;
  readonly sales: number;
  readonly warnings: readonly string[];
}

/** Names are for the owner alone. */
export interface Merge {
  readonly id: string;
  readonly kept: string;
  readonly gone: string;
  readonly kept_name: string | null;
  readonly gone_name: string | null;
  readonly at: When;
  readonly undone_at: When | null;
}

/** The newest. */
export interface Merges {
  readonly merges: readonly Merge[];
}

/** The sales of a visit, and whose they are; null: nobody's. Back again is the same message with who it was. */
export interface MoveVisit {
  readonly sales: readonly SaleRef[];
  readonly customer?: string | null;
}

export interface Moved {
  readonly sales: readonly SaleRef[];
  readonly customer: string | null;
}

/** Somebody else who uses the same card. */
export interface NewSharer {
  readonly customer: string;
}

/** By what somebody is known, hidden but for its end, and with whom they share a card. */
export interface PersonMarks {
  readonly id: string;
  readonly name: string | null;
  readonly letters: string;
  readonly marks: readonly CardMark[];
  readonly sharers: readonly Sharer[];
}

/** Give what a tier holds. `key` is the sender's own: the same key is the same gift, however often it is sent. `customer` may be left out where a `cue` says who it is. `shop` is for the owner's key; a screen's is for its own. */
export interface NewPerk {
  readonly perk: string;
  readonly key: string;
  readonly customer?: string | null;
  readonly cue?: string | null;
  readonly till?: string | null;
  readonly shop?: string | null;
}

/** Give something on the house, out of the week's budget. `said` is the reason where none of the presets fits; the customer may read it. */
export interface NewSurprise {
  readonly reason: SurpriseReason;
  readonly key: string;
  readonly said?: string;
  readonly customer?: string | null;
  readonly cue?: string | null;
  readonly till?: string | null;
  readonly shop?: string | null;
}

/** What was booked. It can be taken back until `undo_until`; `undone`: it was. */
export interface GiftMade {
  readonly id: string;
  readonly kind: "perk" | "surprise";
  readonly perk: string | null;
  readonly name: string;
  readonly at: When;
  readonly undo_until: When;
  readonly undone: boolean;
}

/** A perk that may be given now. */
export interface Choice {
  readonly perk: string;
  readonly name: string;
}

/** What somebody may be given now. `surprises`: whether one may be given, and how many of the week's are left. */
export interface Choices {
  readonly perks: readonly Choice[];
  readonly surprises: boolean;
  readonly left: number;
}

/** So many surprises a week, at so much each; it holds from today. `beyond`: staff may give more, with a reason. */
export interface SetBudget {
  readonly shop: string;
  readonly a_week: number;
  readonly cost: number;
  readonly beyond?: boolean;
}

/** The budget in force, and since which business day. */
export interface BudgetView {
  readonly a_week: number;
  readonly cost: number;
  readonly beyond: boolean;
  readonly since: Day;
}

/** `staff`: their name; null, nobody had signed in. */
export interface StaffGave {
  readonly staff: string | null;
  readonly given: number;
}

/** A part of the day: surprises given in it, and the share of visits that were in it, in percent. */
export interface PartGave {
  readonly part: PartName;
  readonly given: number;
  readonly visits: number;
}

/** This week's budget, what it cost, and whether favouritism shows. Costs are of the last four weeks with this one. `top` is how many one person got at most; `fair` how many somebody gets at most by chance alone, nearly always. */
export interface Surprises {
  readonly timezone: string;
  readonly currency: string;
  readonly digits: number;
  readonly budget: BudgetView | null;
  readonly week_from: Day;
  readonly given: number;
  readonly left: number;
  readonly cost_week: number;
  readonly cost_weeks: number;
  readonly given_weeks: number;
  readonly perks_weeks: number;
  readonly perks_cost: number;
  readonly people: number;
  readonly top: number;
  readonly fair: number;
  readonly to_people: Spread;
  readonly by_staff: Spread;
  readonly at_hours: Spread;
  readonly staff: readonly StaffGave[];
  readonly parts: readonly PartGave[];
}

/** A screen wants a code that a customer scans to join; `poster`: the lasting one to be printed. */
export interface NewJoin {
  readonly shop: string;
  readonly till?: string | null;
  readonly instead?: string | null;
  readonly poster?: boolean;
}

/** A cue that carries this `id` says that its customer has joined. The poster's code has no end. */
export interface Join {
  readonly id: string;
  readonly url: string;
  readonly qr: string;
  readonly qr_size: number;
  readonly expires_at: When | null;
}

/** Where the code leads. */
export interface JoinView {
  readonly shop: string;
  readonly language: string;
  readonly friends: boolean;
}

/** What a customer writes on their own phone. Where they say no more, how they wish to be greeted is what they agree to: by name, to be told apart; with their usual, that orders are learned. */
export interface JoinForm {
  readonly name: string;
  readonly greeting: Greeting;
  readonly phone?: string | null;
  readonly brought_by?: string | null;
  readonly spoken?: string | null;
  readonly birthday?: string | null;
  readonly consents?: Consents | null;
}

/** What is wrong with a connection and what to do about it, in words; since when. */
export interface Trouble {
  readonly message: string;
  readonly at: When;
}

/** A shop's connection to its till. `waiting` has told nothing yet, `trouble` needs somebody to do something. */
export interface ConnectionRow {
  readonly id: string;
  readonly vendor: string;
  readonly title: string;
  readonly shop: string;
  readonly url: string;
  readonly state: "trouble" | "waiting" | "working";
  readonly needs: readonly string[];
  readonly troubles: readonly Trouble[];
  readonly connected_at: When;
  readonly arrived_at: When | null;
  readonly asked_at: When | null;
  readonly unread: number;
  readonly aside: number;
}

export interface Connections {
  readonly connections: readonly ConnectionRow[];
}

/** How the visit was. Sent again it changes nothing; a sentence may follow the thumb, once. */
export interface CardAnswer {
  readonly question: string;
  readonly thumb: Answered;
  readonly text?: string | null;
}

/** `key` is the sender's own: the same key is the same sentence, however often it is sent. */
export interface NewSentence {
  readonly text: string;
  readonly key: string;
}

/** The newest of what was said, the oldest of it first. `left`: how many more sentences may be sent today. */
export interface CardThread {
  readonly said: readonly Said[];
  readonly timezone: string;
  readonly left: number;
}

/** One customer's thread: when something was last said, by whom, the sentence if it was one. `bad`: a visit that went wrong is still to be put right. */
export interface ThreadRow {
  readonly customer: string;
  readonly name: string;
  readonly at: When;
  readonly by: Speaker;
  readonly text: string | null;
  readonly thumb: "down" | "up" | null;
  readonly unread: number;
  readonly bad: boolean;
}

/** The newest first. `unread` and `bad` count threads; `up` and `down` the thumbs of four weeks. */
export interface Threads {
  readonly rows: readonly ThreadRow[];
  readonly unread: number;
  readonly bad: number;
  readonly up: number;
  readonly down: number;
}

/** One customer's thread, for the owner: the newest of it, the oldest of those first. */
export interface Thread {
  readonly customer: string;
  readonly name: string;
  readonly timezone: string;
  readonly said: readonly Said[];
  readonly open: string | null;
}

/** The shop's answer. `rights`: the visit that it puts right; then it says what was done. */
export interface ShopSentence {
  readonly text: string;
  readonly key: string;
  readonly rights?: string | null;
}

/** Where the browser goes to put the card into the wallet. Ours works once, within two minutes. */
export interface WalletLink {
  readonly url: string;
}

/** A telephone that has the pass, and where it is told that it has changed. */
export interface PassRegistration {
  readonly pushToken: string;
}

/** Which passes on a telephone have changed; `last_updated` is what it asks with next time. */
export interface ChangedPasses {
  readonly serialNumbers: readonly string[];
  readonly lastUpdated: string;
}

/** What a telephone has to complain of. */
export interface PassLog {
  readonly logs: readonly string[];
}
