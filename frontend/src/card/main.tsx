/** The card's page: its token stands in the fragment, which no server sees. */
import languages from "virtual:words/card";

import { render } from "preact";

import { call } from "../api";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { CardKnows, CardView } from "../wire";
import { language } from "../words";
import { keepLoaded, stayAwake, workOffline } from "./phone";
import { type CardEffect, type CardEvent, type CardState, type Copy, update } from "./state";
import { Card } from "./view";
import { Token } from "./wallets";

import "../ui/tokens.css";
import "../ui/base.css";
import "./card.css";
import "./knows.css";
import "./wallets.css";

const SECOND = 1_000;
const COPY = "regulars.card";
const FILE = "regulars.json";
const CHOSEN = "regulars.language"; // by whose phone this is

interface Stored extends Copy {
  readonly token: string;
}

const stored = readStored();
const token = location.hash.slice(1) || (stored?.token ?? "");
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
    case "copy": {
      const answer = await call<unknown>("GET", "/v1/card/copy", { key: token });
      if (answer.kind === "ok") hand(JSON.stringify(answer.value, null, 2));
      return happen({ kind: "copied", ok: answer.kind === "ok" });
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

/** A file for the customer to keep. */
function hand(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = FILE;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SECOND);
}

async function load(): Promise<void> {
  if (token === "") return happen({ kind: "fetched", answer: { kind: "refused", status: 401, fault: NO_TOKEN } });
  happen({ kind: "fetched", answer: await call<CardView>("GET", address("/v1/card"), { key: token }) });
}

/** The card's own texts come in the language that was chosen on this phone, else in the shop's. */
function address(path: string): string {
  const chosen = localStorage.getItem(CHOSEN);
  return chosen === null ? path : `${path}?${new URLSearchParams({ language: chosen })}`;
}

function choose(chosen: string): void {
  localStorage.setItem(CHOSEN, chosen);
  heed();
  void load();
  if (state.kind === "shown" && state.page === "knows") void act({ kind: "knows" });
}

/** Until somebody has spoken there is nothing but the browser's own language to go by. */
function heed(): void {
  const shops = state.kind === "shown" ? state.copy.view.language : null;
  if (state.kind === "opening") return;
  const before = language();
  void speak(languages, localStorage.getItem(CHOSEN), shops).then(() => {
    if (language() !== before) keepLoaded();
    draw();
  });
}

const NO_TOKEN = { code: "no-key", message: "", at: "" };

function remember(): void {
  if (state.kind === "shown" && state.fresh) {
    localStorage.setItem(COPY, JSON.stringify({ token, ...state.copy } satisfies Stored));
  } else if (state.kind === "erased" || (state.kind === "nobody" && stored?.token === token)) {
    localStorage.removeItem(COPY);
  }
}

function readStored(): Stored | null {
  try {
    return JSON.parse(localStorage.getItem(COPY) ?? "null") as Stored | null;
  } catch {
    return null;
  }
}

function draw(): void {
  if (language() === "") return;
  if (state.kind === "shown") document.title = `${state.copy.view.name} · ${state.copy.view.shop}`;
  const card = <Card state={state} happen={happen} languages={languages} choose={choose} />;
  render(<Token.Provider value={token}>{card}</Token.Provider>, app);
}

follow();
draw();
if (stored !== null && stored.token === token)
  happen({ kind: "remembered", copy: { view: stored.view, at: stored.at } });
void load();
workOffline();
stayAwake(() => state.kind === "shown" && state.page === "card");
setInterval(() => happen({ kind: "tick" }), SECOND);
addEventListener("online", () => void load());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void load(); // stamps as of now, when the phone is taken out
});
addEventListener("hashchange", () => location.reload());
