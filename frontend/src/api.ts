/** Requests to the service: an answer, a refusal in its one shape, or nobody there. */
import type { ErrorAnswer, Fault } from "./wire";

const ANSWER_MS_MAX = 8_000;

export type Answer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "refused"; readonly status: number; readonly fault: Fault }
  | { readonly kind: "unreachable" }; // no network, no service, or it is passing: worth another try

export interface Request {
  readonly key?: string;
  readonly body?: unknown;
  readonly staff?: string | undefined; // the token of whoever works at this screen
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export async function call<T>(method: Method, path: string, request: Request = {}): Promise<Answer<T>> {
  const headers = new Headers({ Accept: "application/json", "X-Regulars-Page": "1" }); // no other site's page may
  if (request.key !== undefined) headers.set("Authorization", `Bearer ${request.key}`);
  if (request.staff !== undefined) headers.set("Regulars-Staff", request.staff);
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(ANSWER_MS_MAX), cache: "no-store" };
  if (request.body !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = JSON.stringify(request.body);
  }
  try {
    return await read<T>(await fetch(path, init));
  } catch {
    return { kind: "unreachable" };
  }
}

/** A body that is not ours comes from something between us and the service: nobody was reached. */
async function read<T>(response: Response): Promise<Answer<T>> {
  if (response.status >= 500) return { kind: "unreachable" };
  if (response.status === 204) return { kind: "ok", value: undefined as T };
  const body: unknown = await response.json();
  if (response.ok) return { kind: "ok", value: body as T };
  const fault = (body as Partial<ErrorAnswer>).error;
  return fault === undefined ? { kind: "unreachable" } : { kind: "refused", status: response.status, fault };
}
