/** Whether what somebody wrote has reached the shop. */
import { words } from "../words";
import type { Telling } from "./telling";

/** What became of what was sent; `quiet` where thanks say that it was. */
export function Fate({ telling: { told }, quiet = false }: { telling: Telling; quiet?: boolean }) {
  switch (told) {
    case "sent":
      return quiet ? null : <>{words("screen.card.tell.sent")}</>;
    case "away":
      return <>{words("screen.card.tell.waiting")}</>;
    case "many":
      return <>{words("screen.card.tell.many")}</>;
    case "refused":
      return <>{words("screen.card.tell.refused")}</>;
    default:
      return null;
  }
}
