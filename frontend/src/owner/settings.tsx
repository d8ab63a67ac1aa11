/** New keys: for another counter screen with its link, for another adapter. Each is shown this once. */
import { Icon } from "../ui/icons";
import { Qr } from "../ui/qr";
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
      {state.made !== null && <Made made={state.made} happen={happen} />}
      <p class="note">{words("screen.owner.settings.note")}</p>
    </Section>
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
        <button type="button" class="btn" onClick={() => happen({ kind: "put-key-away" })}>
          {words("screen.owner.settings.away")}
        </button>
      </div>
    </div>
  );
}
