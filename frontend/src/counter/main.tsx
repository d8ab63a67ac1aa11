/** The counter's page: the pure state, the socket, the keys and the clock meet here, and only here. */
import languages from "virtual:words/counter";

import { render } from "preact";

import { call } from "../api";
import { clock } from "../clock";
import { open } from "../socket";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { CheckinAnswer, Choices, Enrolled, FoundPeople, GiftMade, Join, LookUp, Redemption, Shift, StaffHere } from "../wire";
import { known, language, words } from "../words";
import { awaken, chime } from "./chime";
import { pressed } from "./controls";
import { listen } from "./keyboard";
import { read, write } from "./kept";
import { type Effect, type Event, initial, type State } from "./model";
import { calm } from "./press";
import { read as shiftIn, refused } from "./staff";
import { update } from "./state";
import { Counter } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./counter.css";
import "./panel.css";
import "./sizes.css";

const SECOND = 1_000;
const STAFF_MS = 60_000;
let looking = 0; // the question that waits for the next letter

const hash = new URLSearchParams(location.hash.slice(1));
const key = hash.get("key") ?? "";
const place = { shop: hash.get("shop") ?? "", till: hash.get("till") };
const KEPT = `regulars.kept.${place.shop}.${place.till ?? ""}`;
const MUTED = "regulars.muted";
const SHIFT = `regulars.staff.${place.shop}.${place.till ?? ""}`;
const SPOKEN = "regulars.counter.language"; // as the service last said
const linked = known(languages, hash.get("language"));

const now = clock();
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const remembered = { kept: read(localStorage.getItem(KEPT)), muted: localStorage.getItem(MUTED) === "yes", shift: shiftIn(localStorage.getItem(SHIFT)) };
let state: State = initial(place, remembered, now(), Date.now());

function happen(event: Event): void {
  const before = state;
  const [next, ...effects] = update(state, event, now());
  state = next;
  if (state.kept !== before.kept) localStorage.setItem(KEPT, write(state.kept));
  if (state.muted !== before.muted) localStorage.setItem(MUTED, state.muted ? "yes" : "no");
  if (state.link.up && !before.link.up) act({ kind: "staff" });
  if (state.staff.shift !== before.staff.shift) keepShift();
  if (state.shop !== before.shop) heed();
  for (const effect of effects) act(effect);
  draw();
}

function act(effect: Effect): void {
  const staff = state.staff.shift?.token;
  switch (effect.kind) {
    case "send":
      line.send(effect.message);
      return;
    case "nudge":
      line.nudge();
      return;
    case "checkin":
      void call<CheckinAnswer>("POST", "/v1/checkins", { key, body: effect.body }).then((answer) =>
        happen({ kind: "checked", id: effect.id, answer }),
      );
      return;
    case "enrol":
      void call<Enrolled>("POST", "/v1/customers", { key, staff, body: effect.body }).then((answer) =>
        happen({ kind: "enrolled", answer }),
      );
      return;
    case "look":
      clearTimeout(looking);
      looking = window.setTimeout(() => look(effect.body), effect.wait);
      return;
    case "join":
      void call<Join>("POST", "/v1/joins", { key, body: effect.body }).then((answer) =>
        happen({ kind: "joinable", answer }),
      );
      return;
    case "use":
      void call<Redemption>("POST", "/v1/redemptions", { key, staff, body: effect.body }).then((answer) =>
        happen({ kind: "used", answer }),
      );
      return;
    case "release":
      void back(`/v1/redemptions/${effect.redemption}/release`, staff);
      return;
    case "staff":
      void call<StaffHere>("GET", "/v1/staff/here", { key }).then((answer) => happen({ kind: "staffed", answer }));
      return;
    case "sign-on":
      void call<Shift>("POST", "/v1/staff/session", { key, staff, body: effect.body }).then((answer) =>
        happen({ kind: "signed-on", answer }),
      );
      return;
    case "sign-off":
      void call("DELETE", "/v1/staff/session", { key, staff: effect.token });
      return;
    case "choices":
      void call<Choices>("GET", `/v1/perks?${new URLSearchParams({ cue: effect.cue, shop: effect.shop })}`, { key }).then((answer) =>
        happen({ kind: "choices", cue: effect.cue, answer }),
      );
      return;
    case "give":
      void call<GiftMade>("POST", effect.path, { key, staff, body: effect.body }).then((answer) => happen({ kind: "gave", answer }));
      return;
    case "take-back":
      void back(`/v1/perks/${effect.gift}/undo`, staff);
      return;
    case "ask": {
      const { method, path, body, then } = effect;
      void call<never>(method, path, body === undefined ? { key, staff } : { key, staff, body }).then((answer) =>
        happen({ kind: then, answer }),
      );
      return;
    }
    case "poster":
      window.open(`/poster.html${location.hash}`, "_blank", "noreferrer");
      return;
    case "chime":
      chime();
      return;
    default:
      effect satisfies never;
  }
}

/** Points and gifts come back whoever's shift it is. */
async function back(path: string, staff: string | undefined): Promise<void> {
  if (refused(await call("POST", path, { key, staff }))) await call("POST", path, { key });
}

function keepShift(): void {
  const { shift } = state.staff;
  if (shift === null) localStorage.removeItem(SHIFT);
  else localStorage.setItem(SHIFT, JSON.stringify(shift));
}

function look(body: LookUp): void {
  void call<FoundPeople>("POST", "/v1/people", { key, body }).then((answer) =>
    happen({ kind: "looked", text: body.query, answer }),
  );
}

/** The language of this screen's link, else the shop's: as the service says, or as it last said. */
function heed(): void {
  if (state.shop !== null) localStorage.setItem(SPOKEN, state.shop.language);
  void speak(languages, linked, localStorage.getItem(SPOKEN)).then(draw);
}

const app = document.getElementById("app") as HTMLElement;

function draw(): void {
  if (language() === "") return;
  const { till } = place;
  document.title = till === null ? words("screen.counter.title") : words("screen.counter.title.till", { till });
  render(<Counter state={state} happen={happen} calm={stillness.matches} />, app);
}

follow();
calm(app);
const line = open(
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/counter`,
  { type: "hello", key, shop: place.shop, till: place.till, language: linked },
  { deliver: (message) => happen({ kind: "message", message }), changed: (link) => happen({ kind: "link", link }) },
  now,
);
listen({
  scan: (text) => happen({ kind: "scanned", text }),
  key(pressedKey) {
    const event = pressed(state, pressedKey);
    if (event !== null) happen(event);
    return event !== null;
  },
  restore: (field, value) => happen({ kind: "edit", field: field.name as "text" | "name" | "phone" | "pin", value }),
});
setInterval(() => happen({ kind: "tick" }), SECOND);
setInterval(() => state.link.up && act({ kind: "staff" }), STAFF_MS); // the owner may add somebody meanwhile
addEventListener("pointerdown", awaken);
addEventListener("keydown", awaken);
addEventListener("hashchange", () => location.reload()); // a new link from the owner
heed();
