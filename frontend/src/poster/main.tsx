/** The poster: a page to be printed, with the code by which customers join. Opened from the counter, by its key. */
import languages from "virtual:words/poster";

import { render } from "preact";

import { type Answer, call } from "../api";
import { speak } from "../ui/language";
import type { Join, JoinView } from "../wire";
import { language } from "../words";
import { type Aside, Poster, type Size } from "./view";

import "../ui/tokens.css";
import "../ui/base.css";
import "./poster.css";

const hash = new URLSearchParams(location.hash.slice(1));
const key = hash.get("key") ?? "";
const shop = hash.get("shop") ?? "";
const app = document.getElementById("app") as HTMLElement;
let answer: Answer<Join> | null = null;
let name = "";
let asides: readonly Aside[] = [];
let size: Size = "a4";

function draw(): void {
  if (language() === "") return;
  render(<Poster answer={answer} shop={name} asides={asides} size={size} choose={choose} again={open} />, app);
}

function choose(chosen: Size): void {
  size = chosen;
  draw();
}

async function open(): Promise<void> {
  answer = null;
  draw();
  const made = await call<Join>("POST", "/v1/joins", { key, body: { shop, poster: true } });
  await (made.kind === "ok" ? named(made.value.url) : speak(languages));
  answer = made;
  draw();
}

/** Whose poster it is, as whoever scans it will read. */
async function named(url: string): Promise<void> {
  const place = await call<JoinView>("GET", "/v1/join", { key: new URL(url).hash.slice(1) });
  if (place.kind !== "ok") return speak(languages);
  name = place.value.shop;
  await speak(languages, place.value.language);
  asides = await Promise.all(Object.keys(languages).filter((it) => it !== language()).map(aside));
}

/** What the poster says in another language, small. */
async function aside(other: string): Promise<Aside> {
  const texts = (await languages[other]?.load().catch(() => null))?.default ?? {};
  return {
    language: other,
    heading: texts["screen.poster.heading"] ?? "",
    how: texts["screen.poster.how"] ?? "",
  };
}

document.documentElement.dataset["theme"] = "light"; // paper is white
void open();
addEventListener("hashchange", () => location.reload());
