/** A WebSocket lent to the pure core of live.ts, which decides; nothing here does. */
import { type Link, type LinkAction, type LinkEvent, step, unlinked } from "./live";
import type { CounterMessage, Hello, ScreenMessage } from "./wire";

const TICK_MS = 250;

export interface Line {
  /** False if the link is not up: nothing was sent. */
  send(message: ScreenMessage): boolean;
  /** Connect now; where there is a link, make sure of it by asking for all that is open. */
  nudge(): void;
}

export interface Listener {
  deliver(message: CounterMessage): void;
  changed(link: Link): void;
}

/** `hello` is all of a hello but `after`. */
export function open(url: string, hello: Omit<Hello, "after">, on: Listener, clock: () => number): Line {
  let link = unlinked(clock());
  let socket: WebSocket | null = null;

  const happen = (event: LinkEvent): void => {
    const before = link;
    const [next, ...actions] = step(link, event, clock(), Math.random());
    link = next;
    for (const action of actions) act(action);
    if (link.phase !== before.phase || link.since !== before.since) on.changed(link);
  };

  const act = (action: LinkAction): void => {
    switch (action.kind) {
      case "connect":
        socket = connect(url, happen, (it) => it === socket);
        return;
      case "drop":
        socket?.close();
        socket = null;
        return;
      case "hello":
        write({ ...hello, after: action.after });
        return;
      case "deliver":
        on.deliver(action.message);
        return;
      default:
        action satisfies never;
    }
  };

  const write = (message: ScreenMessage): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  setInterval(() => happen({ kind: "tick" }), TICK_MS);
  addEventListener("online", () => happen({ kind: "nudge" }));
  addEventListener("offline", () => happen({ kind: "cut" }));
  document.addEventListener("visibilitychange", () => happen({ kind: "tick" }));
  happen({ kind: "tick" });

  return {
    send(message) {
      if (link.phase !== "up") return false;
      write(message);
      return true;
    },
    nudge: () => happen({ kind: "nudge" }),
  };
}

function connect(url: string, happen: (event: LinkEvent) => void, current: (it: WebSocket) => boolean): WebSocket {
  const socket = new WebSocket(url);
  const heard = (event: LinkEvent): void => {
    if (current(socket)) happen(event);
  };
  socket.onopen = () => heard({ kind: "opened" });
  socket.onclose = (event) => heard({ kind: "closed", code: event.code });
  socket.onmessage = (event) => heard({ kind: "received", message: decode(event.data) });
  return socket;
}

const KNOWN: readonly string[] = ["snapshot", "cue", "closed", "fault"] satisfies CounterMessage["type"][];

/** What we do not know is passed over: the service may be newer than this page. */
export function decode(data: unknown): CounterMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message = JSON.parse(data) as CounterMessage | null;
    return message !== null && KNOWN.includes(message.type) ? message : null;
  } catch {
    return null;
  }
}
