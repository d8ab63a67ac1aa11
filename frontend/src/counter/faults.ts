/** What may go wrong at the counter, each told by a sentence of its own. */
export type NoticeKind =
  | "unread"
  | CodeFault
  | "slow"
  | "kept"
  | "too-late"
  | "no-points"
  | "gone"
  | "limit"
  | "sign-on"
  | "given-out"
  | "not-given"
  | "not-booked"
  | "signed-off"
  | "not-now"
  | "not-possible"
  | "used-since"
  | "parted";
/** What is wrong with a card's renewing code, as the service says it. */
const CODE_FAULTS = ["code-old", "code-used", "code-early", "code-forged", "card-elsewhere"] as const;
export type CodeFault = (typeof CODE_FAULTS)[number];

export function isCodeFault(code: string): code is CodeFault {
  return CODE_FAULTS.some((it) => it === code);
}

export type CameraFault = "refused" | "none" | "insecure" | "failed";
export type EnrolFault = "name" | "answer" | "phone" | "taken" | "unreachable" | "signed-off";
export type PinFault = "short" | "wrong" | "slow" | "gone" | "unreachable";
