/** The card's page: its token stands in the fragment, which no server sees. */
import languages from "virtual:words/card";

import { render } from "preact";

import { call } from "../api";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { CardView, Greeting } from "../wire";
import { language } from "../words";
import { type CardEffect, type CardEvent, type CardState, type Copy, update } from "./state";
import { Card } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./card.css";

const SECOND = 1_000;
const COPY = "regulars.card";
const CHOSEN = "regulars.language"; // by whose phone this is

interface Stored extends Copy {
  readonly token: string;
}

const stored = readStored();
const token = location.hash.slice(1) || (stored?.token ?? "");
const app = document.getElementById("app") as HTMLElement;
let state: CardState = { kind: "opening" };

function happen(event: CardEvent): void {
  const [next, ...effects] = update(state, event, Date.now());
  if (next === state && effects.length === 0) return;
  state = next;
  remember();
  heed();
  effects.forEach(act);
  draw();
}

function act({ greeting }: CardEffect): void {
  void save(greeting);
}

async function save(greeting: Greeting): Promise<void> {
  happen({ kind: "saved", answer: await call<CardView>("PUT", address(), { key: token, body: { greeting } }) });
}

async function load(): Promise<void> {
  if (token === "") return happen({ kind: "fetched", answer: { kind: "refused", status: 401, fault: NO_TOKEN } });
  happen({ kind: "fetched", answer: await call<CardView>("GET", address(), { key: token }) });
}

/** The card's own texts come in the language that was chosen on this phone, else in the shop's. */
function address(): string {
  const chosen = localStorage.getItem(CHOSEN);
  return chosen === null ? "/v1/card" : `/v1/card?${new URLSearchParams({ language: chosen })}`;
}

function choose(chosen: string): void {
  localStorage.setItem(CHOSEN, chosen);
  heed();
  void load();
}

/** Until somebody has spoken there is nothing but the browser's own language to go by. */
function heed(): void {
  const shops = state.kind === "shown" ? state.copy.view.language : null;
  if (state.kind === "opening") return;
  void speak(languages, localStorage.getItem(CHOSEN), shops).then(draw);
}

const NO_TOKEN = { code: "no-key", message: "", at: "" };

function remember(): void {
  if (state.kind === "shown" && state.fresh) {
    localStorage.setItem(COPY, JSON.stringify({ token, ...state.copy } satisfies Stored));
  } else if (state.kind === "nobody" && stored?.token === token) {
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
  render(<Card state={state} happen={happen} languages={languages} choose={choose} />, app);
}

follow();
draw();
if (stored !== null && stored.token === token)
  happen({ kind: "remembered", copy: { view: stored.view, at: stored.at } });
void load();
setInterval(() => happen({ kind: "tick" }), SECOND);
addEventListener("online", () => void load());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void load(); // stamps as of now, when the phone is taken out
});
addEventListener("hashchange", () => location.reload());
