/** What the card's page begins with: whose card it is, what this phone remembers of it, and the first question. */
import languages from "virtual:words/card";

import { type Answer, call } from "../api";
import type { CardView } from "../wire";
import { known } from "../words";
import type { Copy } from "./state";

const COPY = "regulars.card";
const CHOSEN = "regulars.language"; // by whose phone this is
const NO_TOKEN = { code: "no-key", message: "", at: "" };

interface Stored extends Copy {
  readonly token: string;
}

export const stored = readStored();

const [given = "", ...asked] = location.hash.slice(1).split("&");

/** It stands in the fragment, which no server sees. */
export const token = given || (stored?.token ?? "");

/** They came by the link on a receipt. */
export const claims = asked.includes("claim");

export function keep(copy: Copy): void {
  localStorage.setItem(COPY, JSON.stringify({ token, ...copy } satisfies Stored));
}

export function forget(): void {
  localStorage.removeItem(COPY);
}

/** The language that was chosen on this phone. */
export function chosen(): string | null {
  return localStorage.getItem(CHOSEN);
}

export function speakHere(language: string): void {
  localStorage.setItem(CHOSEN, language);
}

/** The card's own texts come in the language that was chosen on this phone, else in the shop's. */
export function address(path: string): string {
  const language = chosen();
  return language === null ? path : `${path}?${new URLSearchParams({ language })}`;
}

export async function fetchCard(): Promise<Answer<CardView>> {
  if (token === "") return { kind: "refused", status: 401, fault: NO_TOKEN };
  return call<CardView>("GET", address("/v1/card"), { key: token });
}

export const first = fetchCard();

/** Mostly the language that the shop speaks too, which is known only when it has answered. */
const guess = known(languages, chosen(), stored?.view.language, ...navigator.languages) ?? "en";
void languages[guess]?.load().catch(() => null);

function readStored(): Stored | null {
  try {
    return JSON.parse(localStorage.getItem(COPY) ?? "null") as Stored | null;
  } catch {
    return null;
  }
}
