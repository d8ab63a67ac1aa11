/** *Add a visit from a receipt*: the day, the time and the total that are printed on every one. */
import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../ui/icons";
import type { CardReceipts } from "../wire";
import { locale, words } from "../words";
import type { ClaimEvent, ClaimFault, ClaimField, Claiming } from "./claiming";
import type { CardEvent, Shown } from "./state";

import "./claim.css";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

export function Claim({ state, happen }: Props) {
  const { receipts } = state.copy.view;
  const claim = (event: ClaimEvent): void => happen({ kind: "claim", event });
  if (receipts === undefined /* an older copy on this phone has none */) return null;
  const { claiming } = state;
  if (claiming !== null && !claiming.done) return <Form claiming={claiming} receipts={receipts} claim={claim} />;
  return (
    <div class="claim">
      {claiming !== null && <Done />}
      {state.fresh && (
        <button type="button" class="link" onClick={() => claim({ kind: "open" })}>
          {words("screen.card.claim")}
        </button>
      )}
    </div>
  );
}

/** Where the form was, so that nobody has to look for what became of it. */
function Done() {
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => said.current?.focus(), []);
  return (
    <p class="done" role="status" tabIndex={-1} ref={said}>
      <Icon name="check" />
      {words("screen.card.claim.done")}
    </p>
  );
}

interface FormProps {
  readonly claiming: Claiming;
  readonly receipts: CardReceipts;
  readonly claim: (event: ClaimEvent) => void;
}

function Form({ claiming, receipts, claim }: FormProps) {
  const { fault, busy } = claiming;
  return (
    <form
      class="form wishes claim"
      noValidate
      aria-labelledby="claim"
      onSubmit={(event) => {
        event.preventDefault();
        claim({ kind: "save" });
      }}
    >
      <h2 id="claim">{words("screen.card.claim")}</h2>
      <p class="note">{words("screen.card.claim.lede")}</p>
      <Days claiming={claiming} receipts={receipts} claim={claim} />
      <div class="when">
        <Field name="time" claiming={claiming} receipts={receipts} claim={claim} />
        <Field name="total" claiming={claiming} receipts={receipts} claim={claim} />
      </div>
      <Field name="number" claiming={claiming} receipts={receipts} claim={claim} />
      <p class="fault" id="claim-fault" role="alert">
        {fault !== null && words(`screen.card.claim.fault.${fault}`)}
      </p>
      <p class="acts">
        <button type="submit" class="save" aria-disabled={busy}>
          <Icon name="check" />
          {words("screen.card.claim.save")}
        </button>
        <button type="button" onClick={() => claim({ kind: "close" })}>
          {words("screen.card.mine.leave")}
        </button>
      </p>
    </form>
  );
}

/** What is typed has a keyboard of its own; the time comes from the phone's own clock face. */
function Days({ claiming, receipts, claim }: FormProps) {
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <label class="field">
      <span>{words("screen.card.claim.day")}</span>
      <select
        ref={first}
        value={claiming.day}
        onChange={(event) => claim({ kind: "edit", field: "day", value: event.currentTarget.value })}
      >
        {receipts.days.map((day) => (
          <option key={day} value={day}>
            {date(day)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A date is the same in every zone. */
function date(day: string): string {
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(locale(), options).format(Date.parse(day));
}

const KINDS = { time: { type: "time" }, total: { type: "text", inputMode: "decimal" }, number: { type: "text" } } as const;

const FAULTS: Readonly<Record<Exclude<ClaimField, "day">, readonly ClaimFault[]>> = {
  time: ["time"],
  total: ["total"],
  number: ["several"],
};

function Field({ name, claiming, receipts, claim }: FormProps & { name: Exclude<ClaimField, "day"> }) {
  const faulty = claiming.fault !== null && FAULTS[name].includes(claiming.fault);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (faulty) input.current?.focus();
  }, [faulty]);
  return (
    <label class="field">
      <span>{words(`screen.card.claim.${name}`, { currency: receipts.currency })}</span>
      <input
        ref={input}
        name={name}
        {...KINDS[name]}
        dir="auto"
        autocomplete="off"
        maxLength={128}
        value={claiming[name]}
        aria-invalid={faulty}
        aria-describedby={faulty ? "claim-fault" : undefined}
        onInput={(event) => claim({ kind: "edit", field: name, value: event.currentTarget.value })}
      />
    </label>
  );
}
