/** The three pages of the card, and whether the shop has written. */
import { Icon, type IconName } from "../ui/icons";
import { words } from "../words";
import type { CardEvent, Page, Shown } from "./state";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

const TABS: readonly { readonly page: Page; readonly icon: IconName }[] = [
  { page: "card", icon: "card" },
  { page: "knows", icon: "eye" },
  { page: "tell", icon: "say" },
];

export function Tabs({ state, happen }: Props) {
  const unread = state.page === "tell" ? 0 : (state.copy.view.unread ?? 0); // a copy on this phone may be older
  return (
    <nav class="tabs" aria-label={words("screen.card.tabs")}>
      {TABS.map(({ page, icon }) => (
        <button
          key={page}
          type="button"
          aria-current={state.page === page ? "page" : undefined}
          onClick={() => happen({ kind: "turned", page })}
        >
          <Icon name={icon} />
          {page === "tell" && unread > 0 ? <Fresh n={unread} /> : words(`screen.card.tab.${page}`)}
        </button>
      ))}
    </nav>
  );
}

function Fresh({ n }: { n: number }) {
  return (
    <span class="fresh">
      {words("screen.card.tab.tell")}
      <span>({words("screen.card.tell.new", { n })})</span>
    </span>
  );
}
