/** The card on paper, of a bank card's size: cut out by hand. The name is written by hand too, and never printed. */
import { Band } from "../ui/band";
import { Icon } from "../ui/icons";
import { Code, Qr } from "../ui/qr";
import { Text } from "../ui/text";
import type { CardView } from "../wire";
import { words } from "../words";
import { Part } from "./part";

export function Print({ view }: { view: CardView }) {
  return (
    <Part title="screen.card.paper">
      <p class="acts">
        <button type="button" onClick={() => print()}>
          <Icon name="print" />
          {words("screen.card.paper")}
        </button>
      </p>
      <p class="meta">{words("screen.card.paper.note")}</p>
      <Paper view={view} />
    </Part>
  );
}

/** On the screen it is nothing. The code on it is that of the letters alone, which does not renew itself. */
function Paper({ view }: { view: CardView }) {
  return (
    <div class="paper greet">
      <Band cloth="greet" />
      <div class="paper-body">
        <Qr path={view.qr} size={view.qr_size} label={words("screen.card.qr")} />
        <div>
          <b>
            <Text>{view.shop}</Text>
          </b>
          <Code>{view.code}</Code>
          <p class="paper-name">{words("screen.card.about.name")}</p>
        </div>
      </div>
    </div>
  );
}
