import { expect, test } from "vitest";

import { codeOf, digits, stepAt } from "./rotating";

const SECRET = new TextEncoder().encode("12345678901234567890"); // of RFC 6238, appendix B

test.each([
  [59, "94287082"],
  [1_111_111_109, "07081804"],
  [1_111_111_111, "14050471"],
  [1_234_567_890, "89005924"],
  [2_000_000_000, "69279037"],
  [20_000_000_000, "65353130"],
])("at %i seconds, as the RFC says", (seconds, wanted) => {
  expect(digits(SECRET, stepAt(seconds * 1_000))).toBe(wanted);
});

test("the letters, the half minute and the proof stand in one", () => {
  const secret = "3132333435363738393031323334353637383930";
  expect(codeOf("7K4M29QX", secret, stepAt(1_111_111_109_000))).toBe("7K4M29QX111111108007081804");
});
