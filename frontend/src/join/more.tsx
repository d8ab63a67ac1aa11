/** What nobody need write: how the name is said, a birthday without its year, and what is agreed to, one by one. */
import { Icon } from "../ui/icons";
import type { Consents } from "../wire";
import { locale, words } from "../words";
import { agreedTo, type Form } from "./state";
import type { Props } from "./view";

const CONSENTS: readonly (keyof Consents)[] = ["recognise", "remember", "messages", "offers"];
const DAYS = Array.from({ length: 31 }, (_, i) => i + 1);

export function More({ state, happen }: Props<Form>) {
  const agreed = agreedTo(state);
  return (
    <details class="more" open={state.fault === "birthday" || undefined}>
      <summary>
        <Icon name="plus" />
        {words("screen.join.more")}
      </summary>
      <label class="field">
        <span>{words("screen.join.spoken")}</span>
        <input
          name="spoken"
          dir="auto"
          autocomplete="off"
          maxLength={60}
          value={state.spoken}
          onInput={(event) => happen({ kind: "edit", field: "spoken", value: event.currentTarget.value })}
        />
      </label>
      <Birthday state={state} happen={happen} />
      <fieldset>
        <legend>{words("screen.join.agree")}</legend>
        {CONSENTS.map((to) => (
          <label key={to} class={agreed[to] ? "option chosen" : "option"}>
            <input
              type="checkbox"
              name={to}
              checked={agreed[to]}
              onChange={(event) => happen({ kind: "agree", to, yes: event.currentTarget.checked })}
            />
            <span>{words(`screen.join.agree.${to}`)}</span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}

function Birthday({ state, happen }: Props<Form>) {
  const { day, month, fault } = state;
  const faulty = { "aria-invalid": fault === "birthday", "aria-describedby": fault === "birthday" ? "fault" : undefined };
  return (
    <fieldset class="birthday">
      <legend>{words("screen.join.birthday")}</legend>
      <select
        {...faulty}
        aria-label={words("screen.join.day")}
        value={day}
        onChange={(event) => happen({ kind: "edit", field: "day", value: event.currentTarget.value })}
      >
        <option value="">{words("screen.join.day")}</option>
        {DAYS.map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </select>
      <select
        {...faulty}
        aria-label={words("screen.join.month")}
        value={month}
        onChange={(event) => happen({ kind: "edit", field: "month", value: event.currentTarget.value })}
      >
        <option value="">{words("screen.join.month")}</option>
        {months().map((name, i) => (
          <option key={name} value={i + 1}>
            {name}
          </option>
        ))}
      </select>
    </fieldset>
  );
}

function months(): string[] {
  const { format } = new Intl.DateTimeFormat(locale(), { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) => format(Date.UTC(2000, month, 15)));
}
