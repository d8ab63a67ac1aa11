/** New keys: for another counter screen with its link, for another adapter. Each is shown this once. */
import { Icon } from "../ui/icons";
import { Closed, Qr } from "../ui/qr";
import type { KeyMade } from "../wire";
import { words } from "../words";
import { type Props, Section } from "./panel";

export function Settings({ state, happen }: Props) {
  return (
    <Section id="settings" question={words("screen.owner.settings.question")} answer={words("screen.owner.settings.answer")}>
      <p class="bts">
        <button type="button" class="btn" disabled={state.busy} onClick={() => happen({ kind: "new-key", role: "screen" })}>
          <Icon name="plus" />
          {words("screen.owner.settings.screen")}
        </button>
        <button type="button" class="btn" disabled={state.busy} onClick={() => happen({ kind: "new-key", role: "adapter" })}>
          <Icon name="plus" />
          {words("screen.owner.settings.adapter")}
        </button>
      </p>
      <HoldOut state={state} happen={happen} />
      {state.made !== null && <Made made={state.made} happen={happen} />}
      <p class="note">{words("screen.owner.settings.note")}</p>
    </Section>
  );
}

/** The share of new people who are greeted by points alone, so that it can be told what recognition is worth. */
function HoldOut({ state, happen }: Props) {
  const { value } = state.pieces.settings;
  if (value === null) return null;
  return (
    <label class="hold">
      {words("screen.owner.settings.hold-out")}
      <select
        value={String(value.hold_out)}
        disabled={state.busy}
        onChange={(event) => happen({ kind: "hold-out", share: Number(event.currentTarget.value) })}
      >
        {[...new Set([0, 5, 10, 20, value.hold_out])].sort((a, b) => a - b).map((share) => (
          <option key={share} value={share}>
            {words("screen.owner.settings.share", { n: share })}
          </option>
        ))}
      </select>
    </label>
  );
}

function Made({ made: { key, url, qr, qr_size }, happen }: { made: KeyMade; happen: Props["happen"] }) {
  return (
    <div class="made" role="status">
      {qr !== null && <Qr path={qr} size={qr_size} label={words("screen.owner.settings.qr")} />}
      <div>
        <p>{words(url === null ? "screen.owner.settings.key-once" : "screen.owner.settings.link-once")}</p>
        <p class="secret" translate={false}>
          {url ?? key}
        </p>
        {url !== null && <Closed url={url} />}
        <button type="button" class="btn" onClick={() => happen({ kind: "put-key-away" })}>
          {words("screen.owner.settings.away")}
        </button>
      </div>
    </div>
  );
}
