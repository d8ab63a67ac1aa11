/** What the glass shows while somebody is put right. */
import { Icon } from "../ui/icons";
import { Name, Text } from "../ui/text";
import type { MergeSide, Sharer } from "../wire";
import { rich, words } from "../words";
import { useFit } from "./fit";
import type { Event } from "./model";
import type { PairPanel, PersonPanel } from "./righting";

interface Props<P> {
  readonly panel: P;
  readonly happen: (event: Event) => void;
}

/** By what they are known, hidden but for its end. The first touch asks, the second unlinks. */
export function PersonMain({ panel, happen }: Props<PersonPanel>) {
  const { told, armed, busy } = panel;
  return (
    <div class="main typed" role="status" aria-busy={busy}>
      <div class="form find">
        <h1 class="who" tabIndex={-1}>
          <Called name={told.name} letters={told.letters} />
        </h1>
        <ul class="rows">
          {told.marks.map(({ id, kind, shown }) => (
            <li key={id}>
              <button
                type="button"
                class="b row"
                disabled={busy}
                aria-pressed={armed === id}
                onClick={() => happen({ kind: "unlink", link: id })}
              >
                <Icon name={armed === id ? "bin" : "card"} />
                <span class="called">
                  {words(armed === id ? "screen.counter.right.unlink" : `screen.counter.mark.${kind}`)}
                </span>
                <span class="letters figures" translate={false}>
                  {kind === "fingerprint" ? "••••" : shown}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <p class="hint">{told.sharers.map(sharing)[0] ?? words("screen.counter.right.hint")}</p>
      </div>
    </div>
  );
}

function sharing({ name, letters }: Sharer): string {
  return words("screen.counter.right.shared", { name: `\u2068${name ?? letters}\u2069` });
}

function Called({ name, letters }: { name: string | null; letters: string }) {
  return (
    <>
      {name === null ? words("screen.counter.find.quiet") : <Name>{name}</Name>}{" "}
      <small class="letters figures">{rich("screen.counter.find.letters", { letters: <b>{letters}</b> })}</small>
    </>
  );
}

/** The two, and what they would be as one; what speaks against it. */
export function PairMain({ panel, space }: { panel: PairPanel; space: string }) {
  const { kept, gone, after, warnings } = panel.told;
  const box = useFit(1, [panel.told, space]);
  return (
    <div class="main" role="status" aria-busy={panel.busy} ref={box}>
      <h1 class="say" tabIndex={-1}>
        <Text>{words("screen.counter.right.pair", { name: called(kept), other: called(gone) })}</Text>
      </h1>
      <p class="sub">
        <Text>{words("screen.counter.right.after", { visits: after.visits, points: after.points })}</Text>
      </p>
      {warnings.map((warning) => (
        <p class="act" key={warning}>
          <Icon name="alert" />
          <span>
            <Text>{warning}</Text>
          </span>
        </p>
      ))}
    </div>
  );
}

function called({ name, letters }: MergeSide): string {
  return `\u2068${name === null ? `…${letters}` : `${name} …${letters}`}\u2069`;
}
