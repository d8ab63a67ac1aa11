/** Something about this person is wrong: what can be put right, each in a few touches, and taken back as easily. */
import { Icon, type IconName } from "../ui/icons";
import { Closed, Code, Qr } from "../ui/qr";
import { Name, Text } from "../ui/text";
import type { Enrolled, MergePreview, MergeSide, PersonPage, RegularRow } from "../wire";
import { counted, words } from "../words";
import { type Props, Section } from "./panel";
import { Pick } from "./picks";
import { Find } from "./regulars";

interface HereProps extends Props {
  readonly page: PersonPage;
}

export function Right({ state, happen, page }: HereProps) {
  const { righting } = state;
  return (
    <Section id="right" wide="whole" question={words("screen.owner.right")} answer={words("screen.owner.right.answer")}>
      <p class="bts">
        <Act icon="person" label={words("screen.owner.right.merge")} busy={state.busy} run={() => happen({ kind: "right", act: "merge" })} />
        <Act icon="card" label={words("screen.owner.right.card")} busy={state.busy} run={() => happen({ kind: "right-card" })} />
        {page.sharers.length === 0 && (
          <Act icon="ask" label={words("screen.owner.right.share")} busy={state.busy} run={() => happen({ kind: "right", act: "share" })} />
        )}
      </p>
      <Shared state={state} happen={happen} page={page} />
      {righting?.kind === "pick" && <Whom state={state} happen={happen} page={page} />}
      {righting?.kind === "preview" && righting.told !== null && (
        <Preview state={state} happen={happen} told={righting.told} />
      )}
      {righting?.kind === "card" && <NewCard made={righting.made} />}
      <Marks state={state} happen={happen} page={page} />
      <p class="note" role="status">
        {state.notice === "not-righted" && words("screen.owner.right.refused")}
      </p>
    </Section>
  );
}

function Act({ icon, label, busy, run }: { icon: IconName; label: string; busy: boolean; run: () => void }) {
  return (
    <button type="button" class="btn" disabled={busy} onClick={run}>
      <Icon name={icon} />
      {label}
    </button>
  );
}

/** What was done just now, at the head of the page: it can be taken back. */
export function Righted({ state, happen }: Props) {
  const { righted } = state;
  if (righted === null) return null;
  return (
    <p class="righted" role="status">
      {words(righted.kind === "merged" ? "screen.owner.right.merged" : "screen.owner.right.moved")}
      <button type="button" class="btn" disabled={state.busy} onClick={() => happen({ kind: "right-undo" })}>
        <Icon name="undo" />
        {words("screen.owner.right.undo")}
      </button>
    </p>
  );
}

function Shared({ state, happen, page }: HereProps) {
  return (
    <>
      {page.sharers.map(({ id, name, letters, holds }) => (
        <p class="shared" key={id}>
          <Text>{words(holds ? "screen.owner.right.uses" : "screen.owner.right.used", { name: `\u2068${name ?? letters}\u2069` })}</Text>
          <button
            type="button"
            class="btn"
            disabled={state.busy}
            onClick={() => happen({ kind: "right-unshare", other: id })}
          >
            {words("screen.owner.right.unshare")}
          </button>
        </p>
      ))}
    </>
  );
}

const PICKS_MAX = 6;

/** Somebody else, chosen by hand: nobody by half a name. */
export function Whom({ state, happen, page }: HereProps) {
  const { righting } = state;
  if (righting?.kind !== "pick" && righting?.kind !== "move") return null;
  const label = words(righting.kind === "move" ? "screen.owner.right.whose" : `screen.owner.right.who.${righting.act}`);
  const others = (state.pieces.pick.value?.people ?? []).filter(({ id }) => id !== page.person.id);
  return (
    <div class="pick" role="group" aria-label={label}>
      <Find text={righting.text} label={label} seek={(text) => happen({ kind: "right-sought", text })} />
      <ul class="few">
        {others.slice(0, PICKS_MAX).map((one) => (
          <Candidate key={one.id} one={one} busy={state.busy} choose={() => happen({ kind: "right-chosen", person: one.id })} />
        ))}
      </ul>
      <button type="button" class="link" onClick={() => happen({ kind: "right", act: null })}>
        {words("screen.owner.why.leave")}
      </button>
    </div>
  );
}

function Candidate({ one: { name, visits }, busy, choose }: { one: RegularRow; busy: boolean; choose: () => void }) {
  return (
    <Pick name={name} label={words("screen.owner.right.choose")} busy={busy} take={choose}>
      <small>{counted("screen.owner.person.visits", visits)}</small>
    </Pick>
  );
}

/** The two as they are, and as one, before they are. */
function Preview({ state, happen, told }: Props & { told: MergePreview }) {
  return (
    <div class="pick" role="group" aria-label={words("screen.owner.right.preview")}>
      <table class="sides">
        <thead>
          <tr>
            <td />
            <Side side={told.kept} />
            <Side side={told.gone} />
            <th scope="col">{words("screen.owner.right.as-one")}</th>
          </tr>
        </thead>
        <tbody>
          <Line label={words("screen.owner.right.visits")} told={told} of={({ visits }) => String(visits)} />
          <Line label={words("screen.owner.right.points")} told={told} of={({ points }) => String(points)} />
          <Line label={words("screen.owner.right.usual")} told={told} of={({ usual }) => usual ?? "–"} />
          <Line label={words("screen.owner.right.greeting")} told={told} of={({ greeting }) => words(`screen.card.greet.${greeting}`)} />
        </tbody>
      </table>
      {told.warnings.map((warning) => (
        <p class="warned" key={warning}>
          <Icon name="alert" />
          <Text>{warning}</Text>
        </p>
      ))}
      <p class="bts">
        <button type="button" class="btn yes" disabled={state.busy} onClick={() => happen({ kind: "right-merge" })}>
          <Icon name="check" />
          {words("screen.owner.right.merge-now")}
        </button>
        <button type="button" class="btn" onClick={() => happen({ kind: "right", act: null })}>
          {words("screen.owner.right.not")}
        </button>
      </p>
    </div>
  );
}

function Side({ side: { name, letters } }: { side: MergeSide }) {
  return (
    <th scope="col">
      {name !== null && <Name>{name}</Name>} <small class="figures">{`…${letters}`}</small>
    </th>
  );
}

function Line({ label, told, of }: { label: string; told: MergePreview; of: (side: MergeSide) => string }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {[told.kept, told.gone, told.after].map((side, i) => (
        <td key={i} class={i === 2 ? "figures one" : "figures"}>
          <Text>{of(side)}</Text>
        </td>
      ))}
    </tr>
  );
}

function NewCard({ made }: { made: Enrolled }) {
  return (
    <div class="made" role="status">
      <Qr path={made.qr} size={made.qr_size} label={words("screen.owner.right.scan")} />
      <div>
        <Code>{made.card}</Code>
        <p>
          {words("screen.owner.right.scan")}
          <Closed url={made.card_url} />
        </p>
      </div>
    </div>
  );
}

/** By what they are known: each can be taken away, and tells nobody from then on. */
function Marks({ state, happen, page }: HereProps) {
  return (
    <ul class="few marks">
      {page.marks.map(({ id, kind, shown }) => (
        <li key={id}>
          <span>{words(`screen.card.mark.${kind}`)}</span>
          <b class="figures" translate={false}>
            {kind === "fingerprint" ? words("screen.card.mark.scrambled") : shown}
          </b>
          <button type="button" class="btn" disabled={state.busy} onClick={() => happen({ kind: "right-unlink", link: id })}>
            {words("screen.owner.right.unlink")}
            <span class="unseen"> {`${words(`screen.card.mark.${kind}`)} ${shown}`}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
