/** What somebody was given, and why: also where staff said it in their own words. */
import { Text } from "../ui/text";
import { moment } from "../ui/when";
import type { CardGift, CardKnows } from "../wire";
import { words } from "../words";

export function giftRows({ gifts, timezone }: CardKnows) {
  return gifts.map((gift) => (
    <li key={gift.at + gift.name}>
      <p>
        <Text>{gift.kind === "perk" ? gift.name : words("screen.card.gift.surprise")}</Text>
        <small dir="auto">
          <Text>{why(gift)}</Text>
        </small>
        <small>{moment(gift.at, Date.now(), timezone)}</small>
      </p>
    </li>
  ));
}

function why({ reason, said }: CardGift): string {
  return reason === "other" ? said : words(`screen.card.gift.${reason}`);
}
