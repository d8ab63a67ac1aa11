/** The card's code that renews itself, as `loyalty/core/rotating.py` reads it: letters, when, and proof (RFC 6238). */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { hexToBytes } from "@noble/hashes/utils.js";

const STEP_MS = 30_000;
const DIGITS = 8;

/** Half minutes since the epoch. */
export function stepAt(ms: number): number {
  return Math.floor(ms / STEP_MS);
}

/** `secret` in hexadecimal. No browser has HMAC for a page without HTTPS, so it is computed here. */
export function codeOf(letters: string, secret: string, step: number): string {
  const seconds = (step * STEP_MS) / 1_000;
  return `${letters}${String(seconds).padStart(10, "0")}${digits(hexToBytes(secret), step)}`;
}

/** RFC 4226, section 5.3. */
export function digits(secret: Uint8Array, step: number): string {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const hashed = hmac(sha1, secret, new Uint8Array(counter.buffer));
  const start = (hashed.at(-1) ?? 0) & 0xf;
  const number = new DataView(hashed.buffer, hashed.byteOffset).getUint32(start) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}
