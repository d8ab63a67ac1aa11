/** What we learned of somebody's usual, and how to have it forgotten: asked once, and said when it is done. */
import { useEffect, useState } from "preact/hooks";

import { Icon } from "../ui/icons";
import { words } from "../words";
import type { CardEvent, Shown } from "./state";
import { Usual } from "./usual";

interface Props {
  readonly state: Shown;
  readonly happen: (event: CardEvent) => void;
}

export function Learned({ state, happen }: Props) {
  const { usual, because, said } = state.copy.view;
  const { busy, refused } = state.knowing;
  const [step, setStep] = useState<"calm" | "asked" | "sent" | "done">("calm");
  useEffect(() => {
    if (usual === null && step === "sent") setStep("done");
    if (usual !== null && step === "done") setStep("calm"); // they have one again
  }, [usual, step]);
  if (usual === null) return step === "sent" || step === "done" ? <Forgotten /> : null;
  return (
    <div class="learned">
      <Usual usual={usual} because={because} said={said} />
      {step === "calm" || step === "done" ? (
        <p class="acts">
          <button type="button" disabled={busy} onClick={() => change(happen)}>
            <Icon name="edit" />
            {words("screen.card.mine.change")}
          </button>
          <button type="button" disabled={busy || !state.fresh} onClick={() => setStep("asked")}>
            <Icon name="x" />
            {words("screen.card.usual.forget")}
          </button>
        </p>
      ) : (
        <>
          <p class="meta">{words("screen.card.usual.forget.ask")}</p>
          <p class="acts">
            <button type="button" onClick={() => setStep("calm")}>
              {words("screen.card.mine.leave")}
            </button>
            <button
              type="button"
              class="bad"
              disabled={busy}
              onClick={() => {
                setStep("sent");
                happen({ kind: "forget" });
              }}
            >
              {words("screen.card.usual.forget.now")}
            </button>
          </p>
        </>
      )}
      {refused && step === "sent" && (
        <p class="problem" role="alert">
          {words("screen.card.failed")}
        </p>
      )}
    </div>
  );
}

/** It is written where it is shown first: on the card. */
function change(happen: Props["happen"]): void {
  happen({ kind: "turned", page: "card" });
  happen({ kind: "wish", event: { kind: "open" } });
}

function Forgotten() {
  return (
    <section>
      <h2>{words("screen.card.usual")}</h2>
      <p role="status">{words("screen.card.usual.forgotten")}</p>
    </section>
  );
}
