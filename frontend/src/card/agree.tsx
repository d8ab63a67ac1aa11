/** What they agree to, each with one sentence that says what it means; saved at a touch. */
import type { Consents } from "../wire";
import { words } from "../words";
import { type Props, source } from "./about";
import { Part } from "./part";

const CONSENTS: readonly (keyof Consents)[] = ["recognise", "remember", "messages", "offers"];

export function Agree({ state, happen, known }: Props) {
  const { consents } = known.about;
  const { busy } = state.knowing;
  return (
    <Part title="screen.card.agree">
      <ul class="agree">
        {CONSENTS.map((one) => (
          <li key={one}>
            <label>
              <span>
                {words(`screen.card.agree.${one}`)}
                <small id={`agree-${one}`}>{words(`screen.card.agree.${one}.note`)}</small>
              </span>
              <input
                type="checkbox"
                role="switch"
                checked={consents[one] ?? false}
                disabled={busy || !state.fresh}
                aria-label={words(`screen.card.agree.${one}`)}
                aria-describedby={`agree-${one}`}
                onChange={() => happen({ kind: "set", change: { consents: { ...consents, [one]: !consents[one] } } })}
              />
            </label>
          </li>
        ))}
      </ul>
      <p class="meta">{source("consents", known)}</p>
    </Part>
  );
}
