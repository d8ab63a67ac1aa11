/** What may lie on the glass over the cues. */
import type { Enrolled, Found, Join, MemberRef, Redeem } from "../wire";
import type { Open } from "./cues";
import type { GivePanel } from "./gifts";
import type { CameraFault, EnrolFault, NoticeKind, PinFault } from "./faults";
import type { Purpose, RightPanel } from "./righting";

export interface EnrolPanel {
  readonly kind: "enrol";
  readonly name: string;
  readonly phone: string;
  readonly yes: boolean | null; // what the customer answered; nothing is chosen for them
  readonly fault: EnrolFault | null;
  readonly busy: boolean;
  readonly join: Join | null; // the code that the customer may scan instead
  readonly until: number;
}

export interface FindPanel {
  readonly kind: "find";
  readonly text: string;
  readonly found: { readonly text: string; readonly people: readonly Found[]; readonly more: boolean } | null;
  readonly go: boolean; // Enter was pressed; the answer to it is still to come
  readonly choose: boolean; // Enter was pressed, and nobody is meant for certain
  readonly busy: string | null; // the check-in of who was chosen, or who was chosen for something else
  readonly purpose: Purpose;
  readonly until: number;
}

export interface RedeemPanel {
  readonly kind: "redeem";
  readonly open: Open;
  readonly redeem: Redeem;
  readonly busy: boolean;
  readonly fault: boolean; // no answer came: it may be sent again, and counts once
  readonly since: number;
  readonly until: number; // never by age
}

export interface PinPanel {
  readonly kind: "pin";
  readonly who: MemberRef;
  readonly pin: string;
  readonly fault: PinFault | null;
  readonly busy: boolean;
  readonly until: number;
}

export type Panel =
  | PinPanel
  | { readonly kind: "staff"; readonly until: number }
  | FindPanel
  | GivePanel
  | RedeemPanel
  | RightPanel
  | { readonly kind: "camera"; readonly fault: CameraFault | null; readonly until: number }
  | { readonly kind: "stranger"; readonly phone: string | null; readonly until: number }
  | EnrolPanel
  | { readonly kind: "made"; readonly name: string; readonly made: Enrolled; readonly until: number }
  | { readonly kind: "wrong"; readonly until: number }
  | { readonly kind: "notice"; readonly notice: NoticeKind; readonly until: number }
  | { readonly kind: "keys"; readonly until: number };
