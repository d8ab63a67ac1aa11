/** The card as it changes: what is earned at the till is on it before the phone is put away. Without it, the card is only
 * as old as its last look. */
import type { Answer } from "../api";
import type { CardHello, CardNews, CardView } from "../wire";

const AGAIN_MS = 1_000;
const AGAIN_MS_MAX = 60_000;
const REFUSED = 4401;

type Told = (answer: Answer<CardView>) => void;

/** As long as the page is seen. */
export function hear(key: string, language: () => string | null, told: Told): void {
  let socket: WebSocket | null = null;
  let wait = AGAIN_MS;

  const open = (): void => {
    if (socket !== null || key === "" || document.visibilityState !== "visible" || !navigator.onLine) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const one = (socket = new WebSocket(`${scheme}://${location.host}/v1/card/live`));
    one.onopen = () => one.send(JSON.stringify({ key, language: language() } satisfies CardHello));
    one.onmessage = ({ data }) => {
      const news = read(data);
      if (news === null || one !== socket) return;
      wait = AGAIN_MS;
      told({ kind: "ok", value: news.card });
    };
    one.onclose = ({ code }) => {
      if (one !== socket) return;
      socket = null;
      if (code === REFUSED) return; // whoever asks by the page is told why
      setTimeout(open, wait);
      wait = Math.min(2 * wait, AGAIN_MS_MAX);
    };
  };

  const close = (): void => {
    const one = socket;
    socket = null;
    one?.close();
  };

  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? open() : close()));
  addEventListener("online", open);
  setTimeout(open, 0); // the card itself comes first
}

function read(data: unknown): CardNews | null {
  try {
    const news = JSON.parse(String(data)) as CardNews | null;
    return news?.type === "card" ? news : null;
  } catch {
    return null;
  }
}
