/** The code to be scanned, new every half minute, and the letters to be said: they are shown whatever else fails. */
import { drawn } from "../ui/drawn";
import { Code, Qr } from "../ui/qr";
import { words } from "../words";
import { codeOf } from "./rotating";
import type { Shown } from "./state";

let last: { readonly text: string; readonly code: ReturnType<typeof drawn> } | null = null;

/** Drawn anew only when it is another. */
function drawing(text: string): ReturnType<typeof drawn> {
  if (last?.text !== text) last = { text, code: drawn(text) };
  return last.code;
}

export function Renewing({ state: { copy, step } }: { state: Shown }) {
  const { code, secret } = copy.view;
  const { path, size } = drawing(codeOf(code, secret, step));
  return (
    <div class="show">
      <Qr path={path} size={size} label={words("screen.card.qr")} />
      <div>
        <Code>{code}</Code>
        <p class="note">{words("screen.card.show")}</p>
      </div>
    </div>
  );
}

/** Before any words have come. */
export function Bare({ state }: { state: Shown }) {
  return (
    <div class="phone greet">
      <main>
        <Renewing state={state} />
      </main>
    </div>
  );
}
