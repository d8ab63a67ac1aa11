/** Band in the shop's cloth, one sentence, the code, and three lines: what it does, what it never looks at, how to stop. */
import type { Answer } from "../api";
import { Band } from "../ui/band";
import { Icon } from "../ui/icons";
import { Closed, Qr } from "../ui/qr";
import { Text } from "../ui/text";
import type { Join } from "../wire";
import { direction, rich, words } from "../words";

export type Size = "a4" | "a5";

export interface Aside {
  readonly language: string;
  readonly heading: string;
  readonly how: string;
}

interface Props {
  readonly answer: Answer<Join> | null;
  readonly shop: string;
  readonly asides: readonly Aside[]; // the other languages, small
  readonly size: Size;
  readonly choose: (size: Size) => void;
  readonly again: () => void;
}

export function Poster({ answer, shop, asides, size, choose, again }: Props) {
  if (answer === null) return <main aria-busy="true" />;
  switch (answer.kind) {
    case "ok":
      return (
        <main class={size}>
          <Tools url={answer.value.url} size={size} choose={choose} />
          <Sheet join={answer.value} shop={shop} asides={asides} />
        </main>
      );
    case "refused":
      return (
        <main class="message">
          <h1>{words("screen.poster.refused")}</h1>
        </main>
      );
    case "unreachable":
      return (
        <main class="message">
          <h1>{words("screen.poster.unreachable")}</h1>
          <button type="button" onClick={again}>
            {words("screen.poster.again")}
          </button>
        </main>
      );
    default:
      return answer satisfies never;
  }
}

/** Not printed. */
function Tools({ url, size, choose }: { url: string } & Pick<Props, "size" | "choose">) {
  return (
    <div class="tools">
      {(["a4", "a5"] as const).map((one) => (
        <button key={one} type="button" aria-pressed={size === one} onClick={() => choose(one)}>
          {one.toUpperCase()}
        </button>
      ))}
      <button type="button" class="print" onClick={() => print()}>
        <Icon name="print" />
        {words("screen.poster.print")}
      </button>
      <Closed url={url} />
      <p class="foot">{rich("screen.poster.receipt", { url: <code dir="ltr">{`${url}&claim`}</code> })}</p>
    </div>
  );
}

function Sheet({ join, shop, asides }: { join: Join } & Pick<Props, "shop" | "asides">) {
  return (
    <article class="sheet greet">
      <Band cloth="greet" />
      <div class="edge" aria-hidden="true" />
      <p class="shop">
        <Text>{shop}</Text>
      </p>
      <h1>{words("screen.poster.heading")}</h1>
      <Qr path={join.qr} size={join.qr_size} label={words("screen.poster.code")} />
      <p class="how">{words("screen.poster.how")}</p>
      <ul>
        <li>{words("screen.poster.does")}</li>
        <li>{words("screen.poster.never")}</li>
        <li>{words("screen.poster.stop")}</li>
      </ul>
      <div class="asides">
        {asides.map(({ language, heading, how }) => (
          <p key={language} lang={language} dir={direction(language)}>
            <b>{heading}</b> {how}
          </p>
        ))}
      </div>
    </article>
  );
}
