/** What takes the glass instead of a cue: two short forms, a card just made, and sentences that say what to do. */
import type { ComponentChildren } from "preact";

import { money } from "../money";
import { asks } from "../ui/asks";
import { Icon } from "../ui/icons";
import { Closed, Code, Qr } from "../ui/qr";
import { Name, Text } from "../ui/text";
import { words } from "../words";
import { letter } from "./letters";
import { useFit } from "./fit";
import { Enrol, Find } from "./forms";
import type { GivePanel } from "./gifts";
import { Give } from "./give";
import { PairMain, PersonMain } from "./mending";
import type { Event, Panel, RedeemPanel, State } from "./model";
import { Seeing } from "./seeing";
import { staffed } from "./staff";
import { Pin, Team } from "./team";

interface Props {
  readonly panel: Panel;
  readonly state: State;
  readonly busy: boolean; // a gift is on its way
  readonly happen: (event: Event) => void;
  readonly space: string;
}

export function PanelMain({ panel, state, busy, happen, space }: Props) {
  const wrong = state.wrong?.sale ?? false; // a sale was taken off, and is nobody's now
  switch (panel.kind) {
    case "find":
      return <Find panel={panel} happen={happen} />;
    case "enrol":
      return <Enrol panel={panel} happen={happen} />;
    case "made":
      return <Made panel={panel} />;
    case "stranger":
      return (
        <Sentence space={space}>
          {words(panel.phone === null ? "screen.counter.stranger.card" : "screen.counter.stranger.phone")}
        </Sentence>
      );
    case "wrong":
      return (
        <Sentence space={space}>
          {words(wrong ? "screen.counter.wrong.sale" : "screen.counter.wrong.who")}
        </Sentence>
      );
    case "notice":
      return <Sentence space={space}>{words(`screen.counter.${panel.notice}`)}</Sentence>;
    case "camera":
      return panel.fault === null ? (
        <Seeing happen={happen} />
      ) : (
        <Sentence space={space}>{words(`screen.counter.camera.${panel.fault}`)}</Sentence>
      );
    case "give":
      return nothingToGive(panel) ? (
        <Sentence space={space}>{words("screen.counter.give.none")}</Sentence>
      ) : (
        <Give panel={panel} busy={busy} happen={happen} />
      );
    case "redeem":
      return <Redeeming panel={panel} space={space} />;
    case "person":
      return <PersonMain panel={panel} happen={happen} />;
    case "pair":
      return <PairMain panel={panel} space={space} />;
    case "joined":
      return <Sentence space={space}>{words("screen.counter.right.joined")}</Sentence>;
    case "keys":
      return <Keys staffed={staffed(state)} />;
    case "staff":
      return <Team state={state} happen={happen} />;
    case "pin":
      return <Pin panel={panel} happen={happen} />;
    default:
      return panel satisfies never;
  }
}

function nothingToGive({ choices }: GivePanel): boolean {
  return choices !== null && !choices.surprises && choices.perks.length === 0;
}

/** One sentence of the house's own, and what else there is to know under it. */
export function Sentence({ children, sub, space }: { children: string; sub?: ComponentChildren; space: string }) {
  const box = useFit(1, [children, space]);
  return (
    <div class="main" role="status" ref={box}>
      <h1 class="say" tabIndex={-1}>
        <Text>{children}</Text>
      </h1>
      {sub !== undefined && <p class="sub">{sub}</p>}
    </div>
  );
}

/** What goes and what comes off, before it does, and what the reward asks of the sale. */
function Redeeming({ panel, space }: { panel: RedeemPanel; space: string }) {
  const { redeem, busy, fault } = panel;
  const box = useFit(1, [redeem, fault, space]);
  const off = redeem.off === null ? "" : words("screen.counter.use.off", { amount: money(redeem.off, redeem.currency) });
  const first = redeem.word ? words("screen.counter.use.word") : "";
  const said = fault ? words("screen.counter.use.fault") : [first, redeem.text, off, ...asks(redeem)].join(" ");
  return (
    <div class="main" role="status" aria-busy={busy} ref={box}>
      <h1 class="say" tabIndex={-1}>
        <Text>{redeem.ask}</Text>
      </h1>
      <p class="act">
        <Icon name={fault ? "alert" : "gift"} />
        <span>
          <Text>{said.trim()}</Text>
        </span>
      </p>
    </div>
  );
}

function Made({ panel }: { panel: Extract<Panel, { kind: "made" }> }) {
  const { name, made } = panel;
  return (
    <div class="main" role="status">
      <div class="made">
        <Qr path={made.qr} size={made.qr_size} label={words("screen.counter.made.sub")} />
        <div>
          <h1 class="who" tabIndex={-1}>
            <Name>{name}</Name>
          </h1>
          <p class="unseen">{words("screen.counter.made.code")}</p>
          <Code>{made.card}</Code>
          <p class="sub">
            {words("screen.counter.made.sub")}
            <Closed url={made.card_url} />
          </p>
        </div>
      </div>
    </div>
  );
}

function Keys({ staffed }: { staffed: boolean }) {
  const keys: readonly (readonly [string, string])[] = [
    ["1 ↵", words("screen.counter.usual")],
    ["2", words("screen.counter.other")],
    ["3", words("screen.counter.wrong")],
    ["Esc", words("screen.counter.keys.dismiss")],
    [letter("why"), words("screen.counter.keys.why")],
    ["Tab", words("screen.counter.keys.next")],
    [letter("undo"), words("screen.counter.keys.undo")],
    [letter("redeem"), words("screen.counter.use.now")],
    [letter("give"), words("screen.counter.give")],
    [`${letter("find")} /`, words("screen.counter.find")],
    [letter("camera"), words("screen.counter.camera")],
    [letter("new"), words("screen.counter.new")],
    [letter("poster"), words("screen.counter.poster")],
    ...(staffed ? ([[letter("staff"), words("screen.counter.top.staff")]] as const) : []),
    [letter("mute"), words("screen.counter.keys.mute")],
    ["?", words("screen.counter.keys.list")],
  ];
  return (
    <div class="main typed" role="status">
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
