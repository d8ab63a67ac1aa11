/** A page of the card that comes when it is turned to: the code is not kept waiting for what is read afterwards. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Icon } from "../ui/icons";
import { words } from "../words";

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [Page, come] = useState<ComponentType<P> | "failed" | null>(() => known);
    useEffect(() => {
      if (known !== null) return;
      load().then(
        (page) => {
          known = page;
          come(() => page);
        },
        () => come("failed"),
      );
    }, []);
    if (Page === null) return <main aria-busy="true" />;
    if (Page !== "failed") return <Page {...props} />;
    return (
      <main>
        <p class="offline" role="status">
          <Icon name="off" />
          {words("screen.card.unreachable.sub")}
        </p>
      </main>
    );
  };
}
