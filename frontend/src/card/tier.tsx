/** The customer's own tier, in kind words: what keeps it while there is time, else until when it is theirs. */
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { dayText, keeps, named } from "../ui/tier";
import type { CardTier } from "../wire";
import { words } from "../words";

export function Tier({ tier }: { tier: CardTier }) {
  return (
    <p class="tier">
      <Icon name="check" />
      <span>
        <Text>{tierText(tier, Date.now())}</Text>
      </span>
    </p>
  );
}

export function tierText({ standing, currency }: CardTier, now: number): string {
  const price = standing.losing ? keeps(standing, currency, now) : null;
  if (price !== null) return price;
  const tier = named(standing.tier.name);
  if (standing.last === null) return words("screen.card.tier.have", { tier });
  return words("screen.card.tier.until", { tier, by: dayText(standing.last, now) });
}
