/** What a reward asks of the sale it is used on, in words: a till alone knows whether it does. */
import { money } from "../money";
import { words } from "../words";

/** A copy that a phone keeps may be older than these. */
interface Conditions {
  readonly percent?: number | null;
  readonly minimum?: number;
  readonly of?: string | null;
  readonly currency?: string;
}

export function asks({ percent, minimum, of, currency }: Conditions): readonly string[] {
  return [
    ...(percent ? [words("screen.reward.percent", { n: percent })] : []),
    ...(minimum && currency ? [words("screen.reward.from", { amount: money(minimum, currency) })] : []),
    ...(!of ? [] : [words("screen.reward.of", { item: `\u2068${of}\u2069` })]),
  ];
}
