/** Something on the house for whoever is here: what their card allows, or a reason; one touch gives it. */
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { counted, words } from "../words";
import { Field, Form } from "./forms";
import type { GivePanel } from "./gifts";
import { REASONS } from "./giving";
import type { Event } from "./model";

interface Props {
  readonly panel: GivePanel;
  readonly busy: boolean;
  readonly happen: (event: Event) => void;
}

export function Give({ panel, busy, happen }: Props) {
  const { choices } = panel;
  if (choices === null) return <div class="main" role="status" aria-busy="true" />;
  return (
    <Form happen={happen} class="give">
      <h2 class="or">{words("screen.counter.give.ask")}</h2>
      <div class="rows">
        {choices.perks.map(({ perk, name }) => (
          <button key={perk} type="button" class="b row" disabled={busy} onClick={() => happen({ kind: "give-perk", perk })}>
            <Icon name="up" />
            <span class="called">
              <Text>{name}</Text>
            </span>
          </button>
        ))}
        {choices.surprises &&
          REASONS.map((reason) => (
            <button key={reason} type="button" class="b row" disabled={busy} onClick={() => happen({ kind: "give-reason", reason })}>
              <Icon name="gift" />
              <span class="called">{words(`screen.counter.give.${reason}`)}</span>
            </button>
          ))}
      </div>
      {choices.surprises && <Field name="text" label={words("screen.counter.give.said")} value={panel.text} happen={happen} words />}
      {choices.surprises && (
        <p class="hint">
          {words("screen.counter.give.hint")} {counted("screen.counter.give.left", choices.left)}
        </p>
      )}
    </Form>
  );
}
