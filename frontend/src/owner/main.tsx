/** The owner's page: the key comes with the link once, and stays on this machine. */
import languages from "virtual:words/owner";

import { render } from "preact";

import { call } from "../api";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { People, SetupDone, Shops } from "../wire";
import { language, words } from "../words";
import { type OwnerEffect, type OwnerEvent, type OwnerState, update } from "./state";
import { Owner } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./owner.css";

const KEY = "regulars.owner";
const CHOSEN = "regulars.language";
const TYPING_MS = 250; // a question is asked when the typing pauses
const FRESH_MS = 60_000;

const app = document.getElementById("app") as HTMLElement;
let state: OwnerState = { kind: "opening" };
let typing = 0;

function happen(event: OwnerEvent): void {
  const [next, ...effects] = update(state, event, Date.now());
  state = next;
  for (const effect of effects) {
    if (event.kind !== "sought") act(effect);
    else {
      clearTimeout(typing);
      typing = window.setTimeout(() => act(effect), TYPING_MS);
    }
  }
  draw();
}

function act(effect: OwnerEffect): void {
  switch (effect.kind) {
    case "set-up":
      void call<SetupDone>("POST", "/v1/setup", { body: { token: effect.token } }).then((answer) =>
        happen({ kind: "set-up", answer }),
      );
      return;
    case "keep":
      localStorage.setItem(KEY, effect.key);
      return;
    case "shops":
      void call<Shops>("GET", "/v1/shops", { key: effect.key }).then((answer) =>
        happen({ kind: "shops", key: effect.key, answer }),
      );
      return;
    case "people":
      void people(effect);
      return;
    default:
      effect satisfies never;
  }
}

async function people({ key, asked, query, turn, next }: Extract<OwnerEffect, { kind: "people" }>): Promise<void> {
  const search = new URLSearchParams();
  if (query.text.trim() !== "") search.set("query", query.text.trim());
  if (query.stage !== null) search.set("stage", query.stage);
  if (next !== null) search.set("next", next);
  const answer = await call<People>("GET", `/v1/customers?${search}`, { key });
  happen({ kind: "people", asked, turn, more: next !== null, answer });
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
  document.title =
    state.kind === "open"
      ? [words("screen.owner.title"), state.shops[0]?.name].join(" · ")
      : words("screen.owner.title");
  render(<Owner state={state} happen={happen} languages={languages} choose={choose} />, app);
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
addEventListener("hashchange", () => {
  if (/(^#|&)(setup|key)=/.test(location.hash)) start();
});
setInterval(() => happen({ kind: "again" }), FRESH_MS);
