/** One person's tier: its end, what keeps it, and one given by hand to the end of a day. */
import { Icon } from "../ui/icons";
import { Text } from "../ui/text";
import { dayText, keeps, named } from "../ui/tier";
import { type HandTier, NAME_CHARS_MAX, type PersonPage, type PersonTiers, type TierStanding } from "../wire";
import { words } from "../words";
import { type Props, Section } from "./panel";

interface TierProps extends Props {
  readonly page: PersonPage;
}

export function Tier({ state, happen, page: { person, tiers, currency } }: TierProps) {
  const { standing } = person;
  if (tiers.choices.length === 0) return null;
  return (
    <Section
      id="tier"
      wide="whole"
      question={words("screen.owner.tier.question")}
      answer={standing === null ? words("screen.owner.tier.none") : named(standing.tier.name)}
    >
      {standing !== null && <End standing={standing} currency={currency} />}
      {tiers.by_hand !== null && (
        <p class="lede">
          <Text>{handText(tiers.by_hand)}</Text>
        </p>
      )}
      {tiers.too_few !== null && <p class="note">{words("screen.owner.tier.too-few", { n: tiers.too_few })}</p>}
      <ByHand state={state} happen={happen} tiers={tiers} />
    </Section>
  );
}

function End({ standing, currency }: { standing: TierStanding; currency: string }) {
  const now = Date.now();
  const price = keeps(standing, currency, now);
  return (
    <>
      <p class="lede">
        <Text>{endText(standing, now)}</Text>
      </p>
      {standing.losing && price !== null && (
        <p class="lede losing">
          <Icon name="alert" />
          <span>
            <Text>{price}</Text>
          </span>
        </p>
      )}
    </>
  );
}

/** Until when, and what they have after that. */
function endText({ last, grace, best, below }: TierStanding, now: number): string {
  if (best) return words("screen.owner.tier.best");
  if (last === null) return "";
  const by = dayText(last, now);
  const end = grace ? words("screen.owner.tier.grace", { by }) : words("screen.owner.tier.until", { by });
  const after = below === null ? words("screen.owner.tier.nothing-after") : words("screen.owner.tier.below", { tier: named(below.name) });
  return `${end} ${after}`;
}

function handText({ until, reason }: HandTier): string {
  return words("screen.owner.tier.by-hand", { by: dayText(until, Date.now()), reason: named(reason) });
}

function ByHand({ state, happen, tiers }: Props & { tiers: PersonTiers }) {
  return (
    <details class="by-hand">
      <summary>{words("screen.owner.tier.give")}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          const text = (name: string): string => String(given.get(name) ?? "").trim();
          happen({ kind: "set-tier", wanted: { tier: text("tier"), until: text("until"), reason: text("reason") } });
        }}
      >
        <label>
          {words("screen.owner.tier.which")}
          <select name="tier">
            {tiers.choices.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words("screen.owner.tier.last")}
          <input type="date" name="until" required />
        </label>
        <label>
          {words("screen.owner.tier.why")}
          <input type="text" name="reason" required maxLength={NAME_CHARS_MAX} autocomplete="off" />
        </label>
        <p class="bts">
          <button type="submit" class="btn" disabled={state.busy}>
            {words("screen.owner.tier.set")}
          </button>
          {tiers.by_hand !== null && (
            <button type="button" class="btn bad" disabled={state.busy} onClick={() => happen({ kind: "end-tier" })}>
              {words("screen.owner.tier.take")}
            </button>
          )}
        </p>
      </form>
      <p class="note" role="status">
        {state.notice === "failed" ? words("screen.owner.failed.deed") : words("screen.owner.tier.floor")}
      </p>
    </details>
  );
}
