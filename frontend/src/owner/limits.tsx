/** How many rewards may be used: at a till, by one of the staff, by a customer. */
import type { Limits as Most } from "../wire";
import { LIMIT_MAX } from "../wire";
import { words } from "../words";
import type { Props } from "./panel";

const MOST = ["till_hour", "shift", "customer_day"] as const;
const LABELS = { till_hour: "till", shift: "shift", customer_day: "customer" } as const;

export function Limits({ state, happen }: Props) {
  const { value } = state.pieces.limits;
  if (value === null) return null;
  return (
    <form
      key={JSON.stringify(value)}
      class="crewing limits"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        happen({ kind: "limit", body: Object.fromEntries(MOST.map((of) => [of, most(given.get(of))])) as unknown as Most });
      }}
    >
      <h3>{words("screen.owner.limits.title")}</h3>
      {MOST.map((of) => (
        <label key={of}>
          <span>{words(`screen.owner.limits.${LABELS[of]}`)}</span>
          <input name={of} type="number" min={0} max={LIMIT_MAX} step={1} defaultValue={value[of] === null ? "" : String(value[of])} />
        </label>
      ))}
      <button type="submit" class="btn" disabled={state.busy}>
        {words("screen.owner.staff.save")}
      </button>
      <p class="note">{words("screen.owner.limits.note")}</p>
    </form>
  );
}

/** Left empty, there is no limit. */
function most(given: FormDataEntryValue | null): number | null {
  return given === null || given === "" ? null : Number(given);
}
