import { expect, test } from "vitest";

import { loopback } from "./qr";

test.each([
  ["http://127.0.0.1:8000/join.html#x", true],
  ["http://127.8.0.1/card.html#x", true],
  ["http://localhost:8000/join.html#x", true],
  ["http://LOCALHOST./join.html#x", true],
  ["http://cafe.localhost/join.html#x", true],
  ["http://[::1]:8000/join.html#x", true],
  ["http://192.168.1.20:8000/join.html#x", false],
  ["https://127.cafe.example/join.html#x", false],
  ["https://localhost.example/join.html#x", false],
  ["https://cafe.example/join.html#localhost", false],
  ["7K4M29QX", false],
])("whether phones can open it: %s", (url, here) => {
  expect(loopback(url)).toBe(here);
});
