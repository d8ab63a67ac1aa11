/** On my way: the counter sees it on every screen, by name. */
import { Icon } from "../ui/icons";
import { words } from "../words";
import type { CardEvent, Shown } from "./state";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

const MINUTES = [5, 10, 15] as const;

export function Coming({ state, happen }: Props) {
  const { coming } = state.copy.view;
  if (coming != null) {
    return (
      <div class="coming" role="status">
        <Icon name="check" />
        <b>{words("screen.card.coming.told")}</b>
        <button type="button" disabled={state.saving} onClick={() => happen({ kind: "coming", minutes: null })}>
          {words("screen.card.coming.back")}
        </button>
      </div>
    );
  }
  return (
    <div class="coming" role="group" aria-labelledby="coming">
      <b id="coming">{words("screen.card.coming")}</b>
      <span class="minutes">
        {MINUTES.map((minutes) => (
          <button key={minutes} type="button" disabled={state.saving} onClick={() => happen({ kind: "coming", minutes })}>
            {minutes}
          </button>
        ))}
      </span>
    </div>
  );
}
