/** Time that passes while the machine sleeps, and does not jump back when its clock is set. */

const JUMP_MS = 2_000; // wall and monotonic clock further apart than this: it slept, or its clock was set forward

interface Clocks {
  readonly wall: () => number;
  readonly steady: () => number;
}

const OWN: Clocks = { wall: () => Date.now(), steady: () => performance.now() };

export function clock({ wall, steady }: Clocks = OWN): () => number {
  let slept = 0;
  let seen = wall() - steady();
  return () => {
    const now = steady();
    const ahead = wall() - now - seen;
    if (Math.abs(ahead) > JUMP_MS) seen += ahead;
    if (ahead > JUMP_MS) slept += ahead;
    return now + slept;
  };
}
