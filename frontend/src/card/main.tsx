/** The card's page: its token stands in the fragment, which no server sees. */
import { render } from "preact";

import { call } from "../api";
import { follow } from "../ui/theme";
import type { CardView, Greeting } from "../wire";
import { direction } from "../words";
import { type CardEffect, type CardEvent, type CardState, type Copy, update } from "./state";
import { Card } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./card.css";

const SECOND = 1_000;
const COPY = "regulars.card";

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
  effects.forEach(act);
  draw();
}

function act({ greeting }: CardEffect): void {
  void save(greeting);
}

async function save(greeting: Greeting): Promise<void> {
  happen({ kind: "saved", answer: await call<CardView>("PUT", "/v1/card", { key: token, body: { greeting } }) });
}

async function load(): Promise<void> {
  if (token === "") return happen({ kind: "fetched", answer: { kind: "refused", status: 401, fault: NO_TOKEN } });
  happen({ kind: "fetched", answer: await call<CardView>("GET", "/v1/card", { key: token }) });
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
  if (state.kind === "shown") {
    const { name, shop, language } = state.copy.view;
    document.title = `${name} · ${shop}`;
    document.documentElement.lang = language;
    document.documentElement.dir = direction(language);
  }
  render(<Card state={state} happen={happen} />, app);
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
