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
  const line = new Socket(url, hello, on, clock);
  const happen = (kind: "tick" | "nudge" | "cut"): void => line.happen({ kind });
  setInterval(() => happen("tick"), TICK_MS);
  document.addEventListener("visibilitychange", () => happen("tick"));
  addEventListener("online", () => happen("nudge"));
  addEventListener("offline", () => happen("cut"));
  happen("tick");
  return line;
}

class Socket implements Line {
  private link: Link;
  private socket: WebSocket | null = null;

  constructor(
    private readonly url: string,
    private readonly hello: Omit<Hello, "after">,
    private readonly on: Listener,
    private readonly clock: () => number,
  ) {
    this.link = unlinked(clock());
  }

  send(message: ScreenMessage): boolean {
    if (this.link.phase === "up") this.write(message);
    return this.link.phase === "up";
  }

  nudge(): void {
    this.happen({ kind: "nudge" });
  }

  happen(event: LinkEvent): void {
    const before = this.link;
    const [link, ...actions] = step(before, event, this.clock(), Math.random());
    this.link = link;
    for (const action of actions) this.act(action);
    if (link.phase !== before.phase || link.since !== before.since) this.on.changed(link);
  }

  private act(action: LinkAction): void {
    switch (action.kind) {
      case "connect":
        this.socket = this.connect();
        return;
      case "drop":
        this.socket?.close();
        this.socket = null;
        return;
      case "hello":
        this.write({ ...this.hello, after: action.after });
        return;
      case "deliver":
        this.on.deliver(action.message);
        return;
      default:
        action satisfies never;
    }
  }

  /** What a dropped socket still says is not heard. */
  private connect(): WebSocket {
    const socket = new WebSocket(this.url);
    const heard = (event: LinkEvent): void => {
      if (socket === this.socket) this.happen(event);
    };
    socket.onopen = () => heard({ kind: "opened" });
    socket.onclose = ({ code }) => heard({ kind: "closed", code });
    socket.onmessage = ({ data }) => heard({ kind: "received", message: decode(data) });
    return socket;
  }

  private write(message: ScreenMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
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
