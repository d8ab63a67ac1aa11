/** Who works at this screen: the list of names, the PIN pad, and the word at the top that says so. */
import { useLayoutEffect, useRef } from "preact/hooks";

import { Icon } from "../ui/icons";
import { Name } from "../ui/text";
import { rich, words } from "../words";
import { timeOf } from "./clock";
import { letter } from "./letters";
import { FORM } from "./forms";
import type { Event, PinPanel, State } from "./model";
import { staffed } from "./staff";

interface Happens {
  readonly happen: (event: Event) => void;
}

/** At the end of the order of focus, though it stands at the top; as the speaker does. */
export function Whom({ state, happen }: Happens & { state: State }) {
  if (!staffed(state)) return null;
  const name = state.staff.shift?.staff.name;
  return (
    <button
      type="button"
      class={name === undefined ? "whom" : "whom on"}
      aria-label={name === undefined ? words("screen.counter.staff.on") : words("screen.counter.staff.at", { name })}
      aria-keyshortcuts={letter("staff")}
      title={name}
      onClick={() => happen({ kind: "staff" })}
    >
      <Icon name="person" />
      <span>{name === undefined ? words("screen.counter.staff.on") : <Name>{name}</Name>}</span>
    </button>
  );
}

/** A touch on a name asks for its PIN. */
export function Team({ state, happen }: Happens & { state: State }) {
  const { here, shift } = state.staff;
  return (
    <div class="main typed team">
      <h1 class="ask" tabIndex={-1}>
        {shift === null
          ? words("screen.counter.staff.who")
          : rich("screen.counter.staff.until", { name: <Name>{shift.staff.name}</Name>, time: timeOf(state, shift.until) })}
      </h1>
      <ul class="rows form">
        {here
          .filter(({ id }) => id !== shift?.staff.id)
          .map(({ id, name }) => (
            <li key={id}>
              <button type="button" class="b row" onClick={() => happen({ kind: "who", member: id })}>
                <Icon name="person" />
                <span class="called" title={name}>
                  <Name>{name}</Name>
                </span>
              </button>
            </li>
          ))}
      </ul>
    </div>
  );
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** By touch, by keyboard and by ear: a field of its own takes what is typed, the pad adds to it. */
export function Pin({ panel, happen }: Happens & { panel: PinPanel }) {
  const { who, pin, fault, busy } = panel;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
  }, [who.id, fault]);
  const edit = (value: string): void => happen({ kind: "edit", field: "pin", value });
  return (
    <div class="main typed pinned">
      <form
        id={FORM}
        class="form pin"
        noValidate
        aria-busy={busy}
        onSubmit={(event) => {
          event.preventDefault();
          happen({ kind: "submit" });
        }}
      >
        <div class="told">
          <label class="field">
            <span>{rich("screen.counter.pin.label", { name: <Name>{who.name}</Name> })}</span>
            <input
              ref={field}
              name="pin"
              type="password"
              inputMode="none"
              autocomplete="one-time-code"
              dir="ltr"
              value={pin}
              aria-invalid={fault !== null}
              aria-describedby="fault"
              onInput={(event) => edit(event.currentTarget.value)}
            />
          </label>
          <p class="fault" id="fault" role="alert">
            {fault !== null && words(`screen.counter.pin.${fault}`)}
          </p>
        </div>
        <div class="pad" dir="ltr" onPointerDown={stay}>
          {DIGITS.map((digit) => (
            <Key key={digit} digit={digit} press={() => edit(pin + digit)} />
          ))}
          <button type="button" class="b" aria-label={words("screen.counter.pin.rub")} onClick={() => edit(pin.slice(0, -1))}>
            <Icon name="rub" />
          </button>
          <Key digit="0" press={() => edit(`${pin}0`)} />
          <button type="submit" class="b yes" aria-label={words("screen.counter.staff.on")}>
            <Icon name="check" />
          </button>
        </div>
      </form>
    </div>
  );
}

function Key({ digit, press }: { digit: string; press: () => void }) {
  return (
    <button type="button" class="b figures" onClick={press}>
      {digit}
    </button>
  );
}

/** A touch on the pad leaves the field where it is: whoever begins by touch may go on by keyboard. */
function stay(event: PointerEvent): void {
  event.preventDefault();
}
