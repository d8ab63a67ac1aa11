/** The page behind a code at the counter or on the poster: its token stands in the fragment, which no server logs. */
import languages from "virtual:words/join";

import { render } from "preact";

import { call } from "../api";
import { speak } from "../ui/language";
import { follow } from "../ui/theme";
import type { Enrolled, JoinView } from "../wire";
import { language, words } from "../words";
import { type JoinEffect, type JoinEvent, type JoinState, update } from "./state";
import { type Claims, Join } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./join.css";

const [token = "", ...asked] = location.hash.slice(1).split("&");
const CARD = "regulars.card"; // what the card's page keeps on this phone
const claims: Claims = !asked.includes("claim") ? null : localStorage.getItem(CARD) === null ? "new" : "card";
const app = document.getElementById("app") as HTMLElement;
let state: JoinState = { kind: "opening" };

function happen(event: JoinEvent): void {
  const [next, ...effects] = update(state, event);
  state = next;
  effects.forEach(act);
  heed();
}

function act(effect: JoinEffect): void {
  switch (effect.kind) {
    case "open":
      void call<JoinView>("GET", "/v1/join", { key: token }).then((answer) => happen({ kind: "opened", answer }));
      return;
    case "join":
      void call<Enrolled>("POST", "/v1/join", { key: token, body: effect.body }).then((answer) =>
        happen({ kind: "saved", answer }),
      );
      return;
    case "card":
      location.replace(claims !== null ? `${effect.url}&claim` : effect.url); // the code is used: back must not lead to it
      return;
    default:
      effect satisfies never;
  }
}

/** As this phone is set, else as the shop speaks. */
function heed(): void {
  void speak(languages, ...navigator.languages, state.kind === "form" ? state.view.language : null).then(draw);
}

function draw(): void {
  if (language() === "") return;
  if (state.kind === "form") document.title = words("screen.join.title", { shop: state.view.shop });
  render(<Join state={state} happen={happen} claims={claims} />, app);
}

follow();
heed();
act({ kind: "open" });
addEventListener("hashchange", () => location.reload());
