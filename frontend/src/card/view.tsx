/** The card as a function of its state: name, code to be scanned or said, stamps, usual, how to be greeted. */
import { Band } from "../ui/band";
import { Icon } from "../ui/icons";
import { Languages } from "../ui/languages";
import { Code, Qr } from "../ui/qr";
import { Stamps } from "../ui/stamps";
import { Name, Text } from "../ui/text";
import type { CardView, Greeting } from "../wire";
import { counted, type Languages as All, locale, rich, words } from "../words";
import type { CardEvent, CardState, Copy, Shown } from "./state";

interface Props {
  readonly state: CardState;
  readonly happen: (event: CardEvent) => void;
  readonly languages: All;
  readonly choose: (language: string) => void; // on this phone
}

export function Card({ state, happen, languages, choose }: Props) {
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

type Inner = Pick<Props, "state" | "happen">;

function Page({ state, happen }: Inner) {
  switch (state.kind) {
    case "opening":
      return <main aria-busy="true" />;
    case "nobody":
      return <Message title={words("screen.card.nobody")}>{words("screen.card.nobody.sub")}</Message>;
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

function Whole({ state, happen }: { state: Shown; happen: Props["happen"] }) {
  const { view } = state.copy;
  return (
    <main>
      <h1>
        <Name>{view.name}</Name>
      </h1>
      {!state.fresh && <Offline copy={state.copy} />}
      <div class="show">
        <Qr path={view.qr} size={view.qr_size} label={words("screen.card.qr")} />
        <div>
          <Code>{view.code}</Code>
          <p class="note">{words("screen.card.show")}</p>
        </div>
      </div>
      <Points view={view} />
      {view.usual !== null && state.greeting !== "none" && <Usual usual={view.usual} because={view.because} />}
      <Greet state={state} happen={happen} />
    </main>
  );
}

function Offline({ copy }: { copy: Copy }) {
  const time = new Intl.DateTimeFormat(locale(), when(copy.at)).format(copy.at);
  return (
    <p class="offline">
      <Icon name="off" />
      {words("screen.card.offline", { time })}
    </p>
  );
}

/** Of today the hour, of another day the day too. */
function when(at: number): Intl.DateTimeFormatOptions {
  const hour: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const today = new Date(at).toDateString() === new Date().toDateString();
  return today ? hour : { ...hour, day: "numeric", month: "long" };
}

function Points({ view: { points, reward } }: { view: CardView }) {
  if (reward === null) return <p class="points">{counted("screen.card.points", points)}</p>;
  const more = reward.points - points;
  return (
    <section class="points">
      <Stamps points={points} of={reward.points} />
      <p>
        {more > 0
          ? rich("screen.card.more", {
              more: <b>{words("screen.card.more.count", { n: more })}</b>,
              reward: <Text>{reward.name}</Text>,
            })
          : rich("screen.card.ready", {
              reward: (
                <b>
                  <Text>{reward.name}</Text>
                </b>
              ),
            })}
      </p>
    </section>
  );
}

function Usual({ usual, because }: { usual: string; because: string | null }) {
  return (
    <section class="usual">
      <h2>{words("screen.card.usual")}</h2>
      <p class="drink">
        <Icon name="cup" />
        <span>
          <Text>{usual}</Text>
        </span>
      </p>
      {because !== null && (
        <p class="note">
          <Text>{because}</Text>
        </p>
      )}
    </section>
  );
}

const GREETINGS: readonly Greeting[] = ["full", "name", "points", "none"];

function Greet({ state, happen }: { state: Shown; happen: Props["happen"] }) {
  return (
    <fieldset class="greetings">
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

function Saved({ state, happen }: { state: Shown; happen: Props["happen"] }) {
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
