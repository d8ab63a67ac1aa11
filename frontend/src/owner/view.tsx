/** The owner's page: a morning paper, every panel headed by its answer, its question in small type above. */
import { Band } from "../ui/band";
import { Icon, type IconName } from "../ui/icons";
import { Languages } from "../ui/languages";
import { Text } from "../ui/text";
import { toggle } from "../ui/theme";
import { type Languages as All, words } from "../words";
import { Brand } from "./brand";
import type { Props } from "./panel";
import { Person } from "./person";
import { Regulars } from "./regulars";
import { Settings } from "./settings";
import { Alone, SetUp, SignIn } from "./sign";
import { Crew } from "./staff";
import type { Open, OwnerEvent, OwnerState } from "./state";
import { Surprises } from "./surprises";
import { Tills, troubled } from "./tills";
import { Told } from "./told";
import { Becoming, ExpectedToday, Head, Overdue } from "./today";
import { WhyNothing } from "./why";
import { WorthALook } from "./worth";

interface Spoken {
  readonly languages: All;
  readonly choose: (language: string) => void;
}

interface OwnerProps extends Spoken {
  readonly state: OwnerState;
  readonly happen: (event: OwnerEvent) => void;
}

export function Owner({ state, happen, languages, choose }: OwnerProps) {
  switch (state.kind) {
    case "opening":
      return <div class="greet" aria-busy="true" />;
    case "locked":
      return <SignIn state={state} happen={happen} />;
    case "set-up":
      return <SetUp state={state} happen={happen} />;
    case "unreachable":
      return <Alone title={words("screen.owner.unreachable")} sub={words("screen.owner.unreachable.sub")} />;
    case "open":
      return <Page state={state} happen={happen} languages={languages} choose={choose} />;
    default:
      return state satisfies never;
  }
}

interface Place {
  readonly id: "today" | "regulars" | "told" | "surprises" | "why" | "worth" | "staff" | "tills" | "settings";
  readonly icon: IconName;
  readonly count: (state: Open) => number | string | undefined;
  readonly seldom?: boolean; // a phone has room for five; the paper has them all
}

const PLACES: readonly Place[] = [
  { id: "today", icon: "sun", count: () => undefined },
  { id: "regulars", icon: "person", count: ({ pieces }) => pieces.today.value?.counts.regulars || undefined },
  { id: "told", icon: "say", count: ({ pieces }) => pieces.threads.value?.unread || undefined, seldom: true },
  { id: "surprises", icon: "gift", count: () => undefined },
  { id: "why", icon: "ask", count: () => undefined },
  { id: "worth", icon: "eye", count: ({ pieces }) => pieces.worth.value?.rows.length || undefined, seldom: true },
  { id: "staff", icon: "person", count: () => undefined, seldom: true },
  { id: "tills", icon: "alert", count: (state) => troubled(state).length || silent(state.pieces.tills.value?.tills ?? []) },
  { id: "settings", icon: "edit", count: () => undefined },
];

function silent(tills: readonly { readonly silent: boolean }[]): string | undefined {
  const n = tills.filter((till) => till.silent).length;
  return n === 0 ? undefined : words("screen.owner.tills.count", { n });
}

function Page({ state, happen, languages, choose }: Props & Spoken) {
  const alone = state.place.startsWith("person=");
  return (
    <div class="app greet">
      <aside class="side">
        <Brand />
        <ShopName state={state} happen={happen} />
        <Sections state={state} />
        <p class="foot">
          <Languages among={languages} label={words("screen.owner.language")} choose={choose} />
          <Theme />
          <SignOut happen={happen} />
        </p>
      </aside>
      <main class="page">
        <Band cloth="greet" />
        <div class="masthead">
          <Brand />
          <span>
            <Theme />
            <SignOut happen={happen} />
          </span>
        </div>
        <div class="masthead">
          <ShopName state={state} happen={happen} />
          <Languages among={languages} label={words("screen.owner.language")} choose={choose} />
        </div>
        <div class="columns">
          {alone ? <Person state={state} happen={happen} /> : <Panels state={state} happen={happen} />}
        </div>
      </main>
    </div>
  );
}

function Panels({ state, happen }: Props) {
  const counts = state.pieces.today.value?.counts;
  if (counts?.people === 0) return <Beginning state={state} happen={happen} sales={counts.sales} />;
  return (
    <>
      <Head state={state} happen={happen} />
      <ExpectedToday state={state} happen={happen} />
      <div class="beside">
        <Overdue state={state} happen={happen} />
        <Becoming state={state} happen={happen} />
      </div>
      <Regulars state={state} happen={happen} />
      <Told state={state} happen={happen} />
      <Surprises state={state} happen={happen} />
      <WhyNothing state={state} happen={happen} />
      <div class="beside">
        <Tills state={state} happen={happen} />
        <Settings state={state} happen={happen} />
      </div>
      <WorthALook state={state} happen={happen} />
      <Crew state={state} happen={happen} />
    </>
  );
}

/** A new shop: what to do first, and the panels that work without anybody. */
function Beginning({ state, happen, sales }: Props & { sales: boolean }) {
  return (
    <>
      <Head state={state} happen={happen} />
      <section class="panel whole">
        <p class="eye">{words("screen.owner.regulars.question")}</p>
        <h2>{words(sales ? "screen.owner.empty.sales" : "screen.owner.empty")}</h2>
        <ul class="steps">
          <li>{words("screen.owner.empty.card")}</li>
          <li>{words("screen.owner.empty.till")}</li>
          <li>{words("screen.owner.empty.import")}</li>
        </ul>
      </section>
      <WhyNothing state={state} happen={happen} />
      <div class="beside">
        <Tills state={state} happen={happen} />
        <Settings state={state} happen={happen} />
      </div>
      <Crew state={state} happen={happen} />
    </>
  );
}

/** The shop's name; where there are several, a choice. */
function ShopName({ state, happen }: Props) {
  const { shops, shop } = state;
  const name = shops.find(({ id }) => id === shop)?.name ?? "";
  if (shops.length < 2)
    return (
      <p class="shop">
        <Text>{name}</Text>
      </p>
    );
  return (
    <p class="shop">
      <select
        aria-label={words("screen.owner.shop")}
        value={shop}
        onChange={(event) => happen({ kind: "chose-shop", shop: event.currentTarget.value })}
      >
        {shops.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </p>
  );
}

function Theme() {
  return (
    <button type="button" class="ib" aria-label={words("screen.owner.theme")} onClick={toggle}>
      <Icon name="sun" />
    </button>
  );
}

function SignOut({ happen }: { happen: Props["happen"] }) {
  return (
    <button type="button" class="link" onClick={() => happen({ kind: "sign-out" })}>
      {words("screen.owner.sign-out")}
    </button>
  );
}

function Sections({ state }: { state: Open }) {
  const here = state.place.startsWith("person=") ? "regulars" : state.place.split("=")[0] || "today";
  return (
    <nav class="sections" aria-label={words("screen.owner.sections")}>
      {PLACES.map(({ id, icon, count, seldom }) => (
        <a key={id} class={seldom ? "seldom" : undefined} href={`#${id}`} aria-current={here === id ? "true" : undefined}>
          <Icon name={icon} />
          {words(`screen.owner.${id}.name`)}
          <span class="count figures">{count(state)}</span>
        </a>
      ))}
    </nav>
  );
}
