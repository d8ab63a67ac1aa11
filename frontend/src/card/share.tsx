/** Who else uses this card, or whose card they use too; its holder may end it. */
import { Name } from "../ui/text";
import type { CardSharer } from "../wire";
import { rich, words } from "../words";
import type { Props } from "./about";
import { Part } from "./part";

export function Share({ state, happen, known }: Props) {
  if (known.sharers.length === 0) return null;
  const { busy } = state.knowing;
  return (
    <Part title="screen.card.share">
      <ul class="rows">
        {known.sharers.map((one) => (
          <li key={one.id}>
            <p>{one.holds ? theirs(one) : ours(state.copy.view.name, one)}</p>
            {!one.holds && (
              <button
                type="button"
                class="link"
                disabled={busy || !state.fresh}
                onClick={() => happen({ kind: "unshare", other: one.id })}
              >
                {words("screen.card.share.end")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p class="meta">{words("screen.card.share.note")}</p>
    </Part>
  );
}

function ours(mine: string, other: CardSharer) {
  return rich("screen.card.share.two", { first: <Name>{mine}</Name>, second: called(other) });
}

function theirs(other: CardSharer) {
  return rich("screen.card.share.theirs", { name: called(other) });
}

/** Whoever is quiet has no name on another's card. */
function called({ name }: CardSharer) {
  return name === null ? words("screen.card.share.somebody") : <Name>{name}</Name>;
}
