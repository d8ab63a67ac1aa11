/** A copy of everything, as a file for the customer to keep. */
import { address, token } from "./first";
import type { Form } from "./knowing";

const SECOND = 1_000;
const ANSWER_MS_MAX = 30_000; // years of visits

/** False where it could not be had. */
export async function takeCopy(form: Form): Promise<boolean> {
  const path = address("/v1/card/copy");
  const asked = `${path}${path.includes("?") ? "&" : "?"}form=${form}`;
  const headers = { Authorization: `Bearer ${token}`, "X-Regulars-Page": "1" };
  try {
    const answer = await fetch(asked, { headers, signal: AbortSignal.timeout(ANSWER_MS_MAX), cache: "no-store" });
    if (!answer.ok) return false;
    hand(await answer.blob(), `regulars.${form}`);
    return true;
  } catch {
    return false;
  }
}

function hand(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SECOND);
}
