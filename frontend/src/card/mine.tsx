/** *My usual*: what we think, and what they say themselves, which comes first. */
import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import type { CardView } from "../wire";
import { type WordKey, words } from "../words";
import type { CardEvent, Shown } from "./state";
import { Usual } from "./usual";
import { type Row, USUALS_MAX, type WishEvent, type Wishing } from "./wishing";

import "./mine.css";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

const DAYS: readonly Row["days"][] = ["any", "weekdays", "weekend"];
const PARTS: readonly Row["part"][] = ["any", "morning", "midday", "afternoon", "evening"];

export function Mine({ state, happen }: Props) {
  const { view } = state.copy;
  const wish = (event: WishEvent): void => happen({ kind: "wish", event });
  if (state.wishing !== null) return <Editor wishing={state.wishing} wish={wish} />;
  return (
    <div class="mine">
      {view.usual !== null && <Usual usual={view.usual} because={view.because} said={view.said} />}
      {view.mine.length > 0 && <Named view={view} />}
      {view.never.length > 0 && (
        <p class="note">
          <Text>{words("screen.card.mine.never.shown", { what: view.never.join(", ") })}</Text>
        </p>
      )}
      <p class="acts">
        <button type="button" onClick={() => wish({ kind: "open" })}>
          <Icon name="edit" />
          {words(view.usual === null ? "screen.card.mine.say" : "screen.card.mine.change")}
        </button>
      </p>
    </div>
  );
}

function Named({ view: { mine } }: { view: CardView }) {
  return (
    <ul class="named">
      {mine.map((one) => (
        <li key={`${one.days} ${one.part}`}>
          <Text>{one.shown}</Text>
          <small>
            <Text>{one.label === "" ? time(one) : one.label}</Text>
          </small>
        </li>
      ))}
    </ul>
  );
}

function time({ days, part }: Pick<Row, "days" | "part">): string {
  const of: readonly WordKey[] = [`screen.card.mine.days.${days}`, ...(part === "any" ? [] : ([`screen.card.mine.part.${part}`] as const))];
  const [first = "", second] = of.map((key) => words(key));
  return second === undefined ? first : words("screen.list", { first, second });
}

interface EditorProps {
  readonly wishing: Wishing;
  readonly wish: (event: WishEvent) => void;
}

function Editor({ wishing, wish }: EditorProps) {
  const { rows, never, menu, busy, fault } = wishing;
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <form
      class="form wishes"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        wish({ kind: "save" });
      }}
    >
      <h2>{words("screen.card.usual")}</h2>
      <p class="note">{words("screen.card.mine.lede")}</p>
      <datalist id="menu">
        {[...(menu?.own.map(({ shown }) => shown) ?? []), ...(menu?.others ?? [])].map((item) => (
          <option key={item} value={item} />
        ))}
      </datalist>
      {rows.map((row, i) => (
        <One key={i} row={row} number={i} alone={rows.length === 1} wish={wish} input={i === 0 ? first : undefined} />
      ))}
      {rows.length < USUALS_MAX && (
        <button type="button" class="link" onClick={() => wish({ kind: "add" })}>
          <Icon name="plus" />
          {words(rows.length === 0 ? "screen.card.mine.say" : "screen.card.mine.another")}
        </button>
      )}
      <label class="field">
        <span>{words("screen.card.mine.never")}</span>
        <input
          name="never"
          dir="auto"
          autocomplete="off"
          maxLength={400}
          value={never}
          onInput={(event) => wish({ kind: "never", never: event.currentTarget.value })}
        />
      </label>
      <p class="note">{words("screen.card.mine.never.how")}</p>
      <p class="fault" role="alert">
        {fault !== null && words(`screen.card.mine.fault.${fault}`)}
      </p>
      <p class="acts">
        <button type="submit" class="save" aria-disabled={busy}>
          <Icon name="check" />
          {words("screen.card.mine.save")}
        </button>
        <button type="button" onClick={() => wish({ kind: "close" })}>
          {words("screen.card.mine.leave")}
        </button>
      </p>
    </form>
  );
}

interface OneProps {
  readonly row: Row;
  readonly number: number;
  readonly alone: boolean;
  readonly wish: (event: WishEvent) => void;
  readonly input: { current: HTMLInputElement | null } | undefined;
}

function One({ row, number, alone, wish, input }: OneProps) {
  const edit = (change: Partial<Row>): void => wish({ kind: "edit", row: number, change });
  return (
    <fieldset>
      <legend>{words(alone ? "screen.card.mine.what" : "screen.card.mine.what.n", { n: number + 1 })}</legend>
      <input
        {...(input === undefined ? {} : { ref: input })}
        aria-label={words("screen.card.mine.what")}
        list="menu"
        dir="auto"
        autocomplete="off"
        maxLength={120}
        value={row.item}
        onInput={(event) => edit({ item: event.currentTarget.value })}
      />
      <div class="when">
        <select
          aria-label={words("screen.card.mine.days")}
          value={row.days}
          onChange={(event) => edit({ days: event.currentTarget.value as Row["days"] })}
        >
          {DAYS.map((it) => (
            <option key={it} value={it}>
              {words(`screen.card.mine.days.${it}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={words("screen.card.mine.part")}
          value={row.part}
          onChange={(event) => edit({ part: event.currentTarget.value as Row["part"] })}
        >
          {PARTS.map((it) => (
            <option key={it} value={it}>
              {words(`screen.card.mine.part.${it}`)}
            </option>
          ))}
        </select>
      </div>
      <input
        aria-label={words("screen.card.mine.label")}
        placeholder={words("screen.card.mine.label")}
        dir="auto"
        autocomplete="off"
        maxLength={40}
        value={row.label}
        onInput={(event) => edit({ label: event.currentTarget.value })}
      />
      <button type="button" class="link" onClick={() => wish({ kind: "drop", row: number })}>
        <Icon name="x" />
        {words("screen.card.mine.drop")}
      </button>
    </fieldset>
  );
}
