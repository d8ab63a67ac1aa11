/** The owner's page: opened by a session that no script can read, or by a key that came with the link. */
import languages from "virtual:words/owner";

import { render } from "preact";

import { call } from "../api";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { KeyMade, Shops, SignedIn, Traces } from "../wire";
import { language, words } from "../words";
import type { Deed } from "./deeds";
import { type OwnerEffect, type OwnerEvent, type OwnerState, type Told, update, type What } from "./state";
import { Owner } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./owner.css";
import "./panels.css";
import "./staff.css";
import "./told.css";

const KEY = "regulars.owner";
const CHOSEN = "regulars.language";
const TYPING_MS = 250; // a question is asked when the typing pauses
const FRESH_MS = 60_000;
const SECOND = 1_000;
const TYPED: readonly OwnerEvent["kind"][] = ["sought", "picked-for", "sought-card", "right-sought"];

const app = document.getElementById("app") as HTMLElement;
let state: OwnerState = { kind: "opening" };
let typing = 0;

function happen(event: OwnerEvent): void {
  const [next, ...effects] = update(state, event, Date.now());
  const opened = state.kind !== "open" && next.kind === "open";
  state = next;
  if (TYPED.includes(event.kind)) {
    clearTimeout(typing);
    typing = window.setTimeout(() => effects.forEach((effect) => void act(effect)), TYPING_MS);
  } else {
    effects.forEach((effect) => void act(effect));
  }
  draw();
  if (opened && location.hash !== "") move();
}

async function act(effect: OwnerEffect): Promise<void> {
  switch (effect.kind) {
    case "sign-in": {
      const { login, password } = effect;
      return happen({ kind: "signed-in", answer: await call<SignedIn>("POST", "/v1/sign-in", { body: { login, password } }) });
    }
    case "check-set-up": {
      const { token } = effect;
      return happen({ kind: "set-up-checked", token, answer: await call<unknown>("POST", "/v1/setup/check", { body: { token } }) });
    }
    case "set-up": {
      const { token, login, password } = effect;
      const answer = await call<SignedIn>("POST", "/v1/setup", { body: { token, login, password } });
      return happen({ kind: "signed-in", answer });
    }
    case "shops":
      return happen({ kind: "shops", key: effect.key, answer: await call<Shops>("GET", "/v1/shops", by(effect.key)) });
    case "get": {
      const { what, turn, more } = effect;
      return happen({ kind: "got", what, turn, more, answer: await call<Told[What]>("GET", effect.path, by(effect.key)) });
    }
    case "forget-key":
      return localStorage.removeItem(KEY);
    case "copy": {
      const answer = await call<unknown>("GET", effect.path, by(effect.key));
      if (answer.kind === "ok") hand(JSON.stringify(answer.value, null, 2));
      return happen({ kind: "copied", ok: answer.kind === "ok" });
    }
    case "go":
      location.hash = effect.place;
      return;
    case "do":
      return change(effect);
    default:
      return effect satisfies never;
  }
}

async function change({ change: { key, method, path, body }, then }: Extract<Deed, { kind: "do" }>): Promise<void> {
  const request = body === undefined ? by(key) : { ...by(key), body };
  const answer = await call<unknown>(method, path, request);
  switch (then) {
    case "assigned":
      return happen({ kind: then, answer: answer as Awaited<ReturnType<typeof call<Traces>>> });
    case "key-made":
      return happen({ kind: then, answer: answer as Awaited<ReturnType<typeof call<KeyMade>>> });
    case "signed-out":
      return happen({ kind: then });
    case "previewed":
    case "merged":
    case "visit-moved":
    case "card-made":
    case "righted":
    case "guest-answered":
      return happen({ kind: then, answer } as OwnerEvent);
    default:
      return happen({ kind: then, answer });
  }
}

function by(key: string | null): { key: string } | object {
  return key === null ? {} : { key };
}

/** A file for the owner to hand on. */
function hand(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "regulars.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SECOND);
}

function choose(chosen: string): void {
  localStorage.setItem(CHOSEN, chosen);
  heed();
}

function heed(): void {
  void speak(languages, localStorage.getItem(CHOSEN)).then(draw);
}

function draw(): void {
  if (language() === "") return;
  const shop = state.kind === "open" ? state.shops.find(({ id }) => id === (state as { shop?: string }).shop)?.name : undefined;
  document.title = shop === undefined ? words("screen.owner.title") : [words("screen.owner.title"), shop].join(" · ");
  render(<Owner state={state} happen={happen} languages={languages} choose={choose} />, app);
}

function move(): void {
  const place = location.hash.slice(1);
  happen({ kind: "moved", place });
  if (place.startsWith("person=")) scrollTo(0, 0);
  else document.getElementById(place.split("=")[0] ?? "")?.scrollIntoView();
}

/** The secret leaves the address bar and the history as soon as it was read. */
function start(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get("setup");
  const key = given.get("key");
  if (token !== null || key !== null) history.replaceState(null, "", location.pathname);
  if (key !== null) localStorage.setItem(KEY, key);
  happen({ kind: "started", key: key ?? localStorage.getItem(KEY), token });
}

follow();
heed();
start();
addEventListener("hashchange", () => (/(^#|&)(setup|key)=/.test(location.hash) ? start() : move()));
setInterval(() => {
  if (document.visibilityState === "visible") happen({ kind: "again" });
}, FRESH_MS);
