/** What somebody usually has, why we think so, and whether it is said. */
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { words } from "../words";

interface UsualProps {
  readonly usual: string;
  readonly because: string | null;
  readonly said: boolean;
}

export function Usual({ usual, because, said }: UsualProps) {
  return (
    <section class="usual">
      <h2>{words("screen.card.usual")}</h2>
      <p class="drink">
        <Icon name="cup" />
        <span>
          <Text>{usual}</Text>
        </span>
      </p>
      {because !== null && (
        <p class="note">
          <Text>{because}</Text>
        </p>
      )}
      {!said && <p class="note">{words("screen.card.usual.ask")}</p>}
    </section>
  );
}
