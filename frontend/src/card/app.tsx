/** The card's page. */
import languages from "virtual:words/card";

import { render } from "preact";

import { call } from "../api";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { CardKnows, CardView } from "../wire";
import { language } from "../words";
import { Bare } from "./code";
import { takeCopy } from "./copy";
import { stayAwake, workOffline } from "./phone";
import { address, chosen, fetchCard, first, forget, keep, speakHere, stored, token } from "./first";
import { hear } from "./live";
import { type CardEffect, type CardEvent, type CardState, update } from "./state";
import { Card } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./card.css";
import "./knows.css";
import "./about.css";
import "./paper.css";

const SECOND = 1_000;

const app = document.getElementById("app") as HTMLElement;
let state: CardState = { kind: "opening" };

function happen(event: CardEvent): void {
  const before = state;
  const [next, ...effects] = update(state, event, Date.now());
  if (next === state && effects.length === 0) return;
  state = next;
  remember();
  heed();
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
    case "knows":
      return happen({ kind: "knows", answer: await call<CardKnows>("GET", address("/v1/card/knows"), { key: token }) });
    case "remove": {
      const answer = await call<unknown>("DELETE", `/v1/card/marks/${effect.mark}`, { key: token });
      return happen({ kind: "done", answer });
    }
    case "renew":
      return happen({ kind: "done", answer: await call<unknown>("POST", "/v1/card/code", { key: token }) });
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
    case "erase": {
      const body = { letters: effect.letters };
      return happen({ kind: "gone", answer: await call<unknown>("DELETE", "/v1/card", { key: token, body }) });
    }
    default:
      return effect satisfies never;
  }
}

async function load(): Promise<void> {
  happen({ kind: "fetched", answer: await fetchCard() });
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

function draw(): void {
  if (language() === "") {
    if (state.kind === "shown") render(<Bare state={state} />, app);
    return;
  }
  if (state.kind === "shown") document.title = `${state.copy.view.name} · ${state.copy.view.shop}`;
  render(<Card state={state} happen={happen} languages={languages} choose={choose} />, app);
}

follow();
draw();
if (stored !== null && stored.token === token)
  happen({ kind: "remembered", copy: { view: stored.view, at: stored.at } });
void first.then((answer) => happen({ kind: "fetched", answer }));
hear(token, chosen, (answer) => happen({ kind: "fetched", answer }));
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
