/** What may go wrong at the counter, each told by a sentence of its own. */
export type NoticeKind =
  | "unread"
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
export type CameraFault = "refused" | "none" | "insecure" | "failed";
export type EnrolFault = "name" | "answer" | "phone" | "taken" | "unreachable" | "signed-off";
export type PinFault = "short" | "wrong" | "slow" | "gone" | "unreachable";
