/** `public/card-worker.js` as a browser runs it, with a phone's cache and a network that can be made to fail. */
import { describe, expect, test } from "vitest";

import source from "../../public/card-worker.js?raw";

const HERE = "https://cafe.example";
const KEPT = "regulars-card-2";

type Files = Readonly<Record<string, string>>;

/** What the service serves after a release: its page names one part, and another is loaded when it is needed. */
function release(name: string): Files {
  const [first, later] = [`/assets/app-${name}.js`, `/assets/knows-${name}.js`];
  return {
    "/card.html": `<script src="${first}">`,
    "/card-parts.json": JSON.stringify([first, later]),
    [first]: `first of ${name}`,
    [later]: `later of ${name}`,
  };
}

const [A, B] = [release("A"), release("B")];
const PORTAL = "<!doctype html><h1>Sign in to this network</h1>";
const broken = (): never => {
  throw new DOMException("the storage is gone", "InvalidStateError");
};

class Phone {
  readonly stores = new Map<string, Map<string, Response>>();
  files: Files | null = A; // null: no network
  answers: Readonly<Record<string, () => Response>> = {}; // in place of files
  private readonly heard = new Map<string, (event: object) => void>();

  constructor() {
    const self = {
      location: { origin: HERE },
      addEventListener: (name: string, hear: (event: object) => void) => this.heard.set(name, hear),
      skipWaiting: async () => {},
      clients: { claim: async () => {} },
    };
    new Function("self", "caches", "fetch", source)(self, this.caches, this.fetch);
  }

  readonly caches = {
    open: async (name: string) => cache(this.stores, name),
    keys: async () => [...this.stores.keys()],
    delete: async (name: string) => this.stores.delete(name),
  };

  readonly fetch = async (asked: string | { url: string }): Promise<Response> => {
    const path = typeof asked === "string" ? asked : new URL(asked.url).pathname;
    if (this.files === null) throw new TypeError("Failed to fetch");
    const answer = this.answers[path];
    if (answer !== undefined) return answer();
    const body = this.files[path];
    return new Response(body ?? "not found", { status: body === undefined ? 404 : 200 });
  };

  /** An event, and all that the worker does because of it; what it answers with, or null where it leaves it alone. */
  async happen(name: string, request?: { url: string; method: string }): Promise<Response | null> {
    const waits: Promise<unknown>[] = [];
    let answer: Promise<Response> | null = null;
    const respondWith = (given: Promise<Response>): void => void (answer = given);
    this.heard.get(name)?.({ request, respondWith, waitUntil: (it: Promise<unknown>) => waits.push(it) });
    const answered = await (answer as Promise<Response> | null);
    await Promise.all(waits);
    return answered;
  }

  async get(path: string): Promise<string> {
    const answer = await this.happen("fetch", { url: `${HERE}${path}`, method: "GET" });
    return (await answer?.text()) ?? "left alone";
  }

  open(): Promise<string> {
    return this.get("/card.html");
  }

  get kept(): string[] {
    return [...(this.stores.get(KEPT)?.keys() ?? [])].sort();
  }
}

function cache(stores: Map<string, Map<string, Response>>, name: string) {
  const store = stores.get(name) ?? new Map<string, Response>();
  stores.set(name, store);
  return {
    match: async (path: string) => store.get(path)?.clone(),
    put: async (path: string, response: Response) => void store.set(path, response),
    delete: async (path: string) => store.delete(path),
    keys: async () => [...store.keys()].map((path) => ({ url: `${HERE}${path}` })),
  };
}

/** A phone that has the card's page as it was before. */
async function withA(): Promise<Phone> {
  const phone = new Phone();
  await phone.happen("activate");
  return phone;
}

const parts = (files: Files): string[] => Object.keys(files).filter((path) => path !== "/card-parts.json");
const html = (): Response => new Response(PORTAL, { headers: { "content-type": "text/html; charset=utf-8" } });

test("kept with all of its parts from the first visit on, it opens without a network", async () => {
  const phone = await withA();
  expect(phone.kept).toEqual(parts(A).sort());
  phone.files = null;
  expect(await phone.open()).toBe(A["/card.html"]);
  expect(await phone.get("/assets/knows-A.js")).toBe("later of A");
});

test("what older workers kept goes, and what others keep stays", async () => {
  const phone = new Phone();
  phone.stores.set("regulars-card-1", new Map()).set("regulars-other", new Map());
  await phone.happen("activate");
  expect([...phone.stores.keys()].sort()).toEqual([KEPT, "regulars-other"]);
});

test.each([
  ["what the service says of the customer", "/v1/card", "GET"],
  ["another page", "/owner.html", "GET"],
  ["what is sent", "/card.html", "POST"],
])("%s is left alone", async (_, path, method) => {
  const phone = await withA();
  expect(await phone.happen("fetch", { url: `${HERE}${path}`, method })).toBeNull();
  expect(await phone.happen("fetch", { url: "https://other.example/card.html", method: "GET" })).toBeNull();
});

describe("a release", () => {
  test("is shown the next time; until then the page that is open has its own parts", async () => {
    const phone = await withA();
    phone.files = B;
    expect(await phone.open()).toBe(A["/card.html"]);
    expect(phone.kept).toEqual([...new Set([...parts(A), ...parts(B)])].sort());
    expect(await phone.get("/assets/knows-A.js")).toBe("later of A");
    expect(await phone.open()).toBe(B["/card.html"]);
    expect(phone.kept).toEqual(parts(B).sort());
  });

  test("with another worker, which begins its work while the old page is open, takes no part from it", async () => {
    const phone = await withA();
    phone.files = B;
    await phone.open();
    await phone.happen("activate");
    expect(await phone.get("/assets/knows-A.js")).toBe("later of A");
  });

  test.each([
    ["the page before its list", { ...A, ...B, "/card-parts.json": A["/card-parts.json"] ?? "" }],
    ["the list before its page", { ...A, ...B, "/card.html": A["/card.html"] ?? "" }],
    ["both before their parts", { "/card.html": B["/card.html"] ?? "", "/card-parts.json": B["/card-parts.json"] ?? "" }],
  ])("that is half there, %s, waits until it is whole", async (_, half) => {
    const phone = await withA();
    phone.files = half;
    await phone.open();
    expect(await phone.open()).toBe(A["/card.html"]);
    expect(await phone.get("/assets/app-A.js")).toBe("first of A");
    phone.files = B;
    await phone.open();
    expect(await phone.open()).toBe(B["/card.html"]);
  });

  test("whose part is answered by a page in its place waits too", async () => {
    const phone = await withA();
    phone.files = B;
    phone.answers = { "/assets/app-B.js": html };
    await phone.open();
    expect(await phone.open()).toBe(A["/card.html"]);
    phone.answers = {};
    await phone.open();
    expect(await phone.get("/assets/app-B.js")).toBe("first of B");
  });
});

describe("what is not the card's page never takes its place:", () => {
  test.each<[string, Phone["answers"]]>([
    ["a portal that answers everything", { "/card.html": html, "/card-parts.json": html }],
    ["a proxy's error page that claims to be fine", { "/card.html": html }],
    ["an error", { "/card.html": () => new Response("down", { status: 503 }) }],
    ["a list that is gone", { "/card-parts.json": () => new Response("", { status: 404 }) }],
    ["a page from another address", { "/card.html": redirected }],
  ])("%s", async (_, answers) => {
    const phone = await withA();
    phone.answers = answers;
    await phone.open();
    expect(await phone.open()).toBe(A["/card.html"]);
    expect(phone.kept).toEqual(parts(A).sort());
  });
});

/** As a browser marks what came after a redirect: it refuses to show it when it is asked for by another address. */
function redirected(): Response {
  return Object.defineProperty(new Response(`${A["/card.html"]}<!-- moved -->`), "redirected", { value: true });
}

describe("with a cache that is broken the network serves:", () => {
  test.each<[string, (phone: Phone) => void]>([
    ["it cannot be opened", (phone) => (phone.caches.open = async () => broken())],
    ["it cannot be read", (phone) => (phone.caches.open = async (name) => ({ ...cache(phone.stores, name), match: async () => broken() }))],
    ["it takes nothing", (phone) => (phone.caches.open = async (name) => ({ ...cache(phone.stores, name), put: async () => broken() }))],
    ["its names cannot be read", (phone) => (phone.caches.keys = async () => broken())],
  ])("%s", async (_, fail) => {
    const phone = new Phone();
    fail(phone);
    await phone.happen("activate");
    expect(await phone.open()).toBe(A["/card.html"]);
    expect(await phone.get("/assets/app-A.js")).toBe("first of A");
    phone.files = null;
    await phone.happen("activate");
  });

  test("and whoever has neither is told by the browser", async () => {
    const phone = new Phone();
    phone.files = null;
    await expect(phone.open()).rejects.toThrow("Failed to fetch");
  });
});
