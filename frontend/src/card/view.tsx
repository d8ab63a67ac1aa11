/** The card as a function of its state: name, code to be scanned or said, stamps, usual, how to be greeted. */
import { asks } from "../ui/asks";
import { Band } from "../ui/band";
import { Icon } from "../ui/icons";
import { Languages } from "../ui/languages";
import { collected, Lots } from "../ui/lots";
import { Stamps } from "../ui/stamps";
import { Name, Text } from "../ui/text";
import { hour } from "../ui/when";
import type { CardView, Greeting } from "../wire";
import { counted, type Languages as All, locale, rich, words } from "../words";
import { Claim } from "./claim";
import { Renewing } from "./code";
import { Coming } from "./coming";
import { later } from "./later";
import { Mine } from "./mine";
import { Pause } from "./pause";
import { Question } from "./question";
import type { CardEvent, CardState, Copy, Shown } from "./state";
import { Tabs } from "./tabs";
import { Tell } from "./tell";
import { Tier } from "./tier";
import { Wallets } from "./wallets";

const Knows = later<WholeProps>(() => import("./knows").then((it) => it.Knows));

interface Props {
  readonly state: CardState;
  readonly happen: (event: CardEvent) => void;
}

interface CardProps extends Props {
  readonly languages: All;
  readonly choose: (language: string) => void; // on this phone
}

/** "Free coffee" within a sentence; what is written with other capitals is a name, and stays. */
function lowered(name: string): string {
  return /^\p{Lu}[^\p{Lu}]*$/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

/** Letters of the longest word: as many stand in one line, smaller if they must. Other scripts are broken anywhere. */
function longest(name: string): number {
  return Math.max(0, ...(name.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]+/gu) ?? []).map((it) => it.length));
}

interface WholeProps extends Props {
  readonly state: Shown;
}

export function Card({ state, happen, languages, choose }: CardProps) {
  return (
    <div class="phone greet">
      <Band cloth="greet" />
      <div class="edge" aria-hidden="true" />
      <header class="head">
        <b>{state.kind === "shown" && <Text>{state.copy.view.shop}</Text>}</b>
        <Languages among={languages} label={words("screen.card.language")} choose={choose} />
      </header>
      <Page state={state} happen={happen} />
    </div>
  );
}

function Page({ state, happen }: Props) {
  switch (state.kind) {
    case "opening":
      return <main aria-busy="true" />;
    case "nobody":
      return <Message title={words("screen.card.nobody")}>{words("screen.card.nobody.sub")}</Message>;
    case "erased":
      return <Message title={words("screen.card.erased")}>{words("screen.card.erased.sub")}</Message>;
    case "unreachable":
      return <Message title={words("screen.card.unreachable")}>{words("screen.card.unreachable.sub")}</Message>;
    case "shown":
      return <Whole state={state} happen={happen} />;
    default:
      return state satisfies never;
  }
}

function Message({ title, children }: { title: string; children: string }) {
  return (
    <main>
      <h1 class="message">{title}</h1>
      <p class="lede">{children}</p>
    </main>
  );
}

function Whole({ state, happen }: WholeProps) {
  return (
    <>
      {state.page === "card" && <Front state={state} happen={happen} />}
      {state.page === "knows" && <Knows state={state} happen={happen} />}
      {state.page === "tell" && <Tell state={state} happen={happen} />}
      <Tabs state={state} happen={happen} />
    </>
  );
}

/** Whoever wants to be left alone finds the code, the stamps, and the way back. */
function Front({ state, happen }: WholeProps) {
  const { view } = state.copy;
  const quiet = state.greeting === "none" || view.paused;
  return (
    <main>
      {quiet ? (
        <h1 class="unseen">{words("screen.card.title")}</h1>
      ) : (
        <h1 style={{ "--letters": longest(view.name) }}>
          <Name>{view.name}</Name>
        </h1>
      )}
      {!state.fresh && <Offline copy={state.copy} />}
      <Renewing state={state} />
      <Wallets wallets={view.wallets ?? []} />
      <Points view={view} />
      <Lots points={view.points} pending={view.pending ?? 0} expiring={view.expiring ?? []} stamps={view.stamps} />
      {(view.friends ?? 0) > 0 && <p class="lots">{counted("screen.card.friends", view.friends)}</p>}
      <Claim state={state} happen={happen} />
      {!quiet && view.tier != null /* an older copy on this phone has none */ && <Tier tier={view.tier} />}
      {!quiet && view.consents.remember && <Mine state={state} happen={happen} />}
      {!quiet && view.consents.remember && <Today state={state} happen={happen} />}
      {!quiet && state.greeting !== "points" && <Coming state={state} happen={happen} />}
      <Greet state={state} happen={happen} />
      {!quiet && <Question state={state} happen={happen} />}
      <Pause state={state} happen={happen} />
    </main>
  );
}

function Offline({ copy }: { copy: Copy }) {
  return (
    <p class="offline">
      <Icon name="off" />
      {words("screen.card.offline", { time: sometime(copy) })}
    </p>
  );
}

/** Of today the hour, of another day the day too; by the phone's own zone. */
function sometime({ at }: Copy): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  if (new Date(at).toDateString() === new Date().toDateString()) return hour(at, timeZone);
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "long" };
  const day = new Intl.DateTimeFormat(locale(), options).format(at);
  return words("screen.list", { first: day, second: hour(at, timeZone) });
}

function Points({ view: { points, reward, stamps = true } }: { view: CardView }) {
  if (reward === null) return <p class="points">{collected(points, stamps)}</p>;
  const more = reward.points - points;
  const name = <Text>{more > 0 ? lowered(reward.name) : reward.name}</Text>;
  const small = asks(reward);
  return (
    <section class="points">
      <Stamps points={points} of={reward.points} stamps={stamps} />
      <p>
        {more > 0
          ? rich("screen.card.more", { more: <b>{words("screen.card.more.count", { n: more })}</b>, reward: name })
          : rich("screen.card.ready", { reward: <b>{name}</b> })}
      </p>
      {small.length > 0 && (
        <p class="meta">
          <Text>{small.join(" ")}</Text>
        </p>
      )}
    </section>
  );
}

/** A toggle: pressed again, it is taken back. */
function Today({ state, happen }: WholeProps) {
  return (
    <button
      type="button"
      class="row"
      aria-pressed={state.other}
      disabled={state.saving}
      onClick={() => happen({ kind: "today", other: !state.other })}
    >
      <Icon name={state.other ? "check" : "cup"} />
      <b>{words("screen.card.today")}</b>
      <span>{words(state.other ? "screen.card.today.on" : "screen.card.today.off")}</span>
    </button>
  );
}

const GREETINGS: readonly Greeting[] = ["full", "name", "points", "none"];

function Greet({ state, happen }: WholeProps) {
  return (
    <fieldset class="greetings" id="greetings">
      <legend>{words("screen.card.greet")}</legend>
      {GREETINGS.map((greeting) => (
        <label key={greeting} class={state.greeting === greeting ? "option chosen" : "option"}>
          <input
            type="radio"
            name="greeting"
            checked={state.greeting === greeting}
            onChange={() => happen({ kind: "chose", greeting })}
          />
          {words(`screen.card.greet.${greeting}`)}
        </label>
      ))}
      <Saved state={state} happen={happen} />
    </fieldset>
  );
}

function Saved({ state, happen }: WholeProps) {
  return (
    <p class="saved" role="status">
      {state.failed && words("screen.card.failed")}
      {!state.saving && state.undo !== null && (
        <>
          <Icon name="check" />
          {words("screen.card.saved")}
          <button type="button" onClick={() => happen({ kind: "undo" })}>
            {words("screen.card.undo")}
          </button>
        </>
      )}
    </p>
  );
}
