/** The card's page. */
import languages from "virtual:words/card";

import { render } from "preact";

import { type Answer, call } from "../api";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { CardKnows, CardMenu, CardThread, CardView } from "../wire";
import { language } from "../words";
import { Bare } from "./code";
import { takeCopy } from "./copy";
import { stayAwake, workOffline } from "./phone";
import { address, chosen, claims, fetchCard, first, forget, keep, speakHere, stored, token } from "./first";
import { hear } from "./live";
import { type CardEffect, type CardEvent, type CardState, update } from "./state";
import type { Outgoing } from "./telling";
import { keepUnsent, readUnsent } from "./unsent";
import { Card } from "./view";
import { Token } from "./wallets";

import "../ui/tokens.css";
import "../ui/base.css";
import "./card.css";
import "./knows.css";
import "./tell.css";
import "./wallets.css";
import "./about.css";
import "./paper.css";

const SECOND = 1_000;

const unsent = readUnsent(token);
const app = document.getElementById("app") as HTMLElement;
let state: CardState = { kind: "opening" };

function happen(event: CardEvent): void {
  const before = state;
  const [next, ...effects] = update(state, event, Date.now());
  if (next === state && effects.length === 0) return;
  state = next;
  remember();
  rememberUnsent(before);
  heed();
  if (state.kind === "shown" && before.kind !== "shown" && unsent.length > 0) happen({ kind: "kept", waiting: unsent });
  for (const effect of effects) void act(effect);
  draw();
  if (state.kind === "shown" && before.kind === "shown" && state.page !== before.page) scrollTo(0, 0);
}

async function act(effect: CardEffect): Promise<void> {
  switch (effect.kind) {
    case "save": {
      const answer = await call<CardView>("PUT", address("/v1/card"), { key: token, body: effect.change });
      return happen({ kind: "saved", answer });
    }
    case "coming": {
      const { minutes } = effect;
      const request = minutes === null ? { key: token } : { key: token, body: { minutes } };
      const answer = await call<CardView>(minutes === null ? "DELETE" : "PUT", address("/v1/card/coming"), request);
      return happen({ kind: "saved", answer });
    }
    case "menu": {
      const answer = await call<CardMenu>("GET", address("/v1/card/menu"), { key: token });
      return happen({ kind: "wish", event: { kind: "menu", answer } });
    }
    case "wish": {
      const answer = await call<CardView>("PUT", address("/v1/card/wishes"), { key: token, body: effect.body });
      return happen({ kind: "wish", event: { kind: "saved", answer } });
    }
    case "claim": {
      const answer = await call<CardView>("POST", address("/v1/card/claims"), { key: token, body: effect.body });
      return happen({ kind: "claim", event: { kind: "saved", answer } });
    }
    case "knows":
      return happen({ kind: "knows", answer: await call<CardKnows>("GET", address("/v1/card/knows"), { key: token }) });
    case "remove": {
      const answer = await call<unknown>("DELETE", `/v1/card/marks/${effect.mark}`, { key: token });
      return happen({ kind: "done", answer });
    }
    case "renew":
      return happen({ kind: "done", answer: await call<unknown>("POST", "/v1/card/code", { key: token }) });
    case "forget":
      return happen({ kind: "done", answer: await call<unknown>("DELETE", "/v1/card/usual", { key: token }) });
    case "copy":
      return happen({ kind: "copied", ok: await takeCopy(effect.form) });
    case "set": {
      const { change: body } = effect;
      return happen({ kind: "set-down", answer: await call<CardView>("PUT", address("/v1/card"), { key: token, body }) });
    }
    case "unshare": {
      const answer = await call<unknown>("DELETE", `/v1/card/sharers/${effect.other}`, { key: token });
      return happen({ kind: "done", answer });
    }
    case "reload":
      return load();
    case "thread":
      return happen({ kind: "thread", answer: await call<CardThread>("GET", "/v1/card/thread", { key: token }) });
    case "send":
      return send(effect.what);
    case "erase": {
      const body = { letters: effect.letters };
      return happen({ kind: "gone", answer: await call<unknown>("DELETE", "/v1/card", { key: token, body }) });
    }
    default:
      return effect satisfies never;
  }
}

async function send(what: Outgoing): Promise<void> {
  const { kind, ...body } = what;
  const path = kind === "answer" ? "/v1/card/answers" : "/v1/card/thread";
  happen({ kind: "sent", answer: await call<CardThread | undefined>("POST", path, { key: token, body }) });
}

async function load(): Promise<void> {
  heard(await fetchCard());
}

function heard(answer: Answer<CardView>): void {
  happen({ kind: "fetched", answer });
  happen({ kind: "try" });
}

function choose(language: string): void {
  speakHere(language);
  heed();
  void load();
  if (state.kind === "shown" && state.page === "knows") void act({ kind: "knows" });
}

/** Until somebody has spoken there is nothing but the browser's own language to go by. */
function heed(): void {
  const shops = state.kind === "shown" ? state.copy.view.language : null;
  if (state.kind === "opening") return;
  void speak(languages, chosen(), shops).then(draw);
}

function remember(): void {
  if (state.kind === "shown" && state.fresh) {
    keep(state.copy);
  } else if (state.kind === "erased" || (state.kind === "nobody" && stored?.token === token)) {
    forget();
  }
}

function rememberUnsent(before: CardState): void {
  if (state.kind === "erased" || state.kind === "nobody") return keepUnsent(token, []);
  if (state.kind !== "shown" || before.kind !== "shown") return;
  const { waiting } = state.telling;
  if (waiting !== before.telling.waiting) keepUnsent(token, waiting);
}

function draw(): void {
  if (language() === "") {
    if (state.kind === "shown") render(<Bare state={state} />, app);
    return;
  }
  if (state.kind === "shown") document.title = `${state.copy.view.name} · ${state.copy.view.shop}`;
  const card = <Card state={state} happen={happen} languages={languages} choose={choose} />;
  render(<Token.Provider value={token}>{card}</Token.Provider>, app);
}

follow();
draw();
if (stored !== null && stored.token === token)
  happen({ kind: "remembered", copy: { view: stored.view, at: stored.at } });
void first.then((answer) => {
  heard(answer);
  if (!claims) return;
  history.replaceState(null, "", `#${token}`); // opened again it is a card like any other
  happen({ kind: "claim", event: { kind: "open" } });
});
hear(token, chosen, (answer) => happen({ kind: "news", answer }));
workOffline();
stayAwake(() => state.kind === "shown" && state.page === "card");
setInterval(() => happen({ kind: "tick" }), SECOND);
addEventListener("online", () => void load());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  happen({ kind: "tick" }); // what slept shows no old code
  void load(); // stamps as of now, when the phone is taken out
});
addEventListener("hashchange", () => location.reload());
