/** What the screen knows of something that is being given, or was. */
import type { Choices } from "../wire";
import type { Open } from "./cues";

export interface GivePanel {
  readonly kind: "give";
  readonly open: Open;
  readonly choices: Choices | null; // null until the service has said
  readonly text: string; // a reason that is none of the presets
  readonly until: number;
}

/** What was given, and can be taken back; `name` null: a surprise. */
export interface Gave {
  readonly gift: string;
  readonly cue: string;
  readonly name: string | null;
  readonly until: number;
}
