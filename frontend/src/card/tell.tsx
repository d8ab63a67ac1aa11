/** *Tell us*: what was said by either side, and a field. Only the owner reads it. */
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { date, moment } from "../ui/when";
import { type Said, SENTENCE_CHARS_MAX } from "../wire";
import { words } from "../words";
import type { CardEvent, Shown } from "./state";
import type { Telling } from "./telling";
import { Fate } from "./fate";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

export function Tell({ state, happen }: Props) {
  const { thread, failed, waiting } = state.telling;
  const nothing = thread !== null && thread.said.length === 0 && waiting.length === 0;
  return (
    <main class="tell">
      <h1>{words("screen.card.tell.title")}</h1>
      <p class="lede">{words("screen.card.tell.lede")}</p>
      {failed && (
        <p class="offline" role="status">
          <Icon name="off" />
          {words("screen.card.knows.failed")}
        </p>
      )}
      {nothing && <p class="nothing">{words("screen.card.tell.nothing")}</p>}
      {thread !== null && <Thread said={thread.said} timezone={thread.timezone} />}
      {thread === null && !failed && <p aria-busy="true" />}
      <Write telling={state.telling} happen={happen} />
    </main>
  );
}

export interface ThreadProps {
  readonly said: readonly Said[];
  readonly timezone: string;
}

export function Thread({ said, timezone }: ThreadProps) {
  if (said.length === 0) return null;
  return (
    <ul class="thread">
      {said.map((one, i) => (
        <Line key={`${one.at} ${i}`} one={one} timezone={timezone} last={i === said.length - 1} />
      ))}
    </ul>
  );
}

interface LineProps {
  readonly one: Said;
  readonly timezone: string;
  readonly last: boolean;
}

/** Whether it was read is said of the last alone. */
function Line({ one, timezone, last }: LineProps) {
  return (
    <li class={one.by === "shop" ? "ours" : "theirs"}>
      <small>
        {words(one.by === "shop" ? "screen.card.tell.us" : "screen.card.tell.you")} · {moment(one.at, Date.now(), timezone)}
      </small>
      <About one={one} timezone={timezone} />
      {one.text !== null && (
        <p dir="auto">
          <Text>{one.text}</Text>
        </p>
      )}
      {last && one.by === "customer" && one.seen && <small>{words("screen.card.tell.seen")}</small>}
    </li>
  );
}

/** The visit, and the thumb that it was given. */
export function About({ one, timezone }: { one: Said; timezone: string }) {
  if (one.thumb === null || one.visit_at === null) return null;
  const day = date(Date.parse(one.visit_at), Date.now(), timezone);
  return (
    <p class="regards">
      <Icon name={one.thumb === "up" ? "thumb" : "thumb-down"} />
      <b>{words(one.thumb === "up" ? "screen.card.question.good" : "screen.card.question.bad")}</b>
      <span>{words("screen.card.tell.visit", { day })}</span>
      {one.righted && (
        <span class="mended">
          <Icon name="check" />
          {words("screen.card.tell.righted")}
        </span>
      )}
    </p>
  );
}

interface WriteProps {
  readonly telling: Telling;
  readonly happen: Props["happen"];
}

function Write({ telling, happen }: WriteProps) {
  return (
    <form
      class="write"
      onSubmit={(event) => {
        event.preventDefault();
        happen({ kind: "tell", key: newKey() });
      }}
    >
      <label for="message">{words("screen.card.tell.field")}</label>
      <textarea
        id="message"
        rows={3}
        dir="auto"
        maxLength={SENTENCE_CHARS_MAX}
        value={telling.text}
        onInput={(event) => happen({ kind: "writing", text: event.currentTarget.value })}
      />
      <button type="submit">{words("screen.card.tell.send")}</button>
      <p class="fate" role="status">
        <Fate telling={telling} />
      </p>
    </form>
  );
}

const KEY_BYTES = 16;

/** Pages without HTTPS have random bytes too, and no `randomUUID`. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
