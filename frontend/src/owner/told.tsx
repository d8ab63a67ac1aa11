/** What guests say of their visits: the newest threads, each to be read and answered, and what went wrong put right. */
import { About } from "../card/tell";
import { Icon } from "../ui/icons";
import { Name, Text } from "../ui/text";
import { moment } from "../ui/when";
import { SENTENCE_CHARS_MAX, type Thread, type ThreadRow, type Threads } from "../wire";
import { words } from "../words";
import { type Props, Section, Stale, zoneOf } from "./panel";

export function Told({ state, happen }: Props) {
  const { value } = state.pieces.threads;
  return (
    <Section id="told" question={words("screen.owner.told.question")} answer={value === null ? null : toldAnswer(value)}>
      <Stale state={state} happen={happen} piece={state.pieces.threads} />
      {value !== null && value.up + value.down > 0 && (
        <p>{words("screen.owner.told.thumbs", { up: value.up, down: value.down })}</p>
      )}
      <ul class="few told">
        {value?.rows.map((row) => (
          <Row key={row.customer} row={row} state={state} happen={happen} />
        ))}
      </ul>
      <Asks state={state} happen={happen} />
      <p class="note">{words("screen.owner.told.note")}</p>
    </Section>
  );
}

function toldAnswer({ rows, unread, bad }: Threads): string {
  if (rows.length === 0) return words("screen.owner.told.none");
  if (unread + bad === 0) return words("screen.owner.told.calm");
  return words("screen.owner.told.answer", { unread, bad });
}

interface RowProps extends Props {
  readonly row: ThreadRow;
}

function Row({ row, state, happen }: RowProps) {
  const open = state.hearing.customer === row.customer;
  return (
    <li>
      <div class="gist">
        <a class="name" href={`#person=${row.customer}`}>
          <Name>{row.name}</Name>
        </a>
        <small class="figures">
          {row.by === "shop" && `${words("screen.card.tell.us")} · `}
          {moment(row.at, Date.now(), zoneOf(state))}
        </small>
        <p dir="auto">
          <Gist row={row} />
        </p>
        {(row.bad || row.unread > 0) && (
          <p class="marks">
            {row.unread > 0 && <b>{words("screen.card.tell.new", { n: row.unread })}</b>}
            {row.bad && (
              <span>
                <Icon name="repair" />
                {words("screen.owner.told.bad")}
              </span>
            )}
          </p>
        )}
      </div>
      <button
        type="button"
        class="btn"
        aria-expanded={open}
        onClick={() => happen({ kind: "hear", customer: open ? null : row.customer })}
      >
        {words(open ? "screen.owner.told.close" : "screen.owner.told.open")}
        <span class="unseen">
          {" "}
          <Name>{row.name}</Name>
        </span>
      </button>
      {open && <OneThread state={state} happen={happen} />}
    </li>
  );
}

/** The last that was said, on one line. */
function Gist({ row: { text, thumb } }: { row: ThreadRow }) {
  return (
    <>
      {thumb !== null && <Icon name={thumb === "up" ? "thumb" : "thumb-down"} />}
      {text !== null && <Text>{text}</Text>}
      {text === null && thumb !== null && words(thumb === "up" ? "screen.card.question.good" : "screen.card.question.bad")}
    </>
  );
}

function OneThread({ state, happen }: Props) {
  const { value } = state.pieces.thread;
  if (value === null || value.customer !== state.hearing.customer) {
    return (
      <div class="open">
        <Stale state={state} happen={happen} piece={state.pieces.thread} />
        <p aria-busy="true" />
      </div>
    );
  }
  return (
    <div class="open">
      <ul class="thread">
        {value.said.map((one, i) => (
          <li key={`${one.at} ${i}`} class={one.by === "shop" ? "ours" : "theirs"}>
            <small>
              {one.by === "shop" ? words("screen.card.tell.us") : <Name>{value.name}</Name>} · {moment(one.at, Date.now(), value.timezone)}
            </small>
            <About one={one} timezone={value.timezone} />
            {one.text !== null && (
              <p dir="auto">
                <Text>{one.text}</Text>
              </p>
            )}
          </li>
        ))}
      </ul>
      <Reply key={value.said.length} thread={value} state={state} happen={happen} />
    </div>
  );
}

/** The field begins anew with every sentence, and with it the key that makes a second press no second sentence. */
function Reply({ thread, state, happen }: Props & { thread: Thread }) {
  const key = `${thread.customer}/${thread.said.length}/${thread.said.at(-1)?.at ?? ""}`;
  return (
    <form
      class="reply"
      onSubmit={(event) => {
        event.preventDefault();
        const text = String(new FormData(event.currentTarget).get("text"));
        const right = (event as SubmitEvent).submitter?.getAttribute("name") === "right";
        happen({ kind: "answer-guest", body: { text, key, rights: right ? thread.open : null } });
      }}
    >
      <label>
        {words(thread.open === null ? "screen.owner.told.reply" : "screen.owner.told.done")}
        <textarea name="text" rows={3} dir="auto" maxLength={SENTENCE_CHARS_MAX} required />
      </label>
      <p class="bts">
        <button type="submit" class={thread.open === null ? "btn yes" : "btn"} disabled={state.busy}>
          {words("screen.card.tell.send")}
        </button>
        {thread.open !== null && (
          <button type="submit" name="right" class="btn yes" disabled={state.busy}>
            <Icon name="check" />
            {words("screen.owner.told.right")}
          </button>
        )}
      </p>
      <p class="note" role="status">
        {state.hearing.told === "sent" && words("screen.card.tell.sent")}
        {state.hearing.told === "failed" && words("screen.owner.failed.deed")}
      </p>
    </form>
  );
}

function Asks({ state, happen }: Props) {
  const { value } = state.pieces.settings;
  if (value === null) return null;
  return (
    <label class="allow asks">
      <input
        type="checkbox"
        checked={value.asks !== false}
        disabled={state.busy}
        onChange={(event) => happen({ kind: "ask-guests", asks: event.currentTarget.checked })}
      />
      {words("screen.owner.told.asks")}
    </label>
  );
}
