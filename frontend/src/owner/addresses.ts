/** Where each panel asks for what it is made of. */
import { looked } from "./righting";
import type { Open, What } from "./state";

export function path(state: Open, what: What, next: string | null): string {
  const asked = new URLSearchParams({ shop: state.shop });
  switch (what) {
    case "today":
    case "tills":
    case "surprises":
      return `/v1/${what}?${asked}`;
    case "worth":
      return `/v1/integrity?${asked}`;
    case "settings":
    case "connections":
    case "staff":
    case "limits":
    case "threads":
      return `/v1/${what}`;
    case "thread":
      return `/v1/threads/${encodeURIComponent(state.hearing.customer ?? "")}`;
    case "why":
      if (state.number !== "") asked.set("query", state.number);
      return `/v1/sales?${asked}`;
    case "person":
      return `/v1/customers/${encodeURIComponent(state.place.slice("person=".length))}/page`;
    case "pick":
      return `/v1/customers?${new URLSearchParams({ query: looked(state) })}`;
    case "list":
      return `/v1/customers?${list(state, next)}`;
    default:
      return what satisfies never;
  }
}

function list({ query, shops, shop }: Open, next: string | null): URLSearchParams {
  const asked = new URLSearchParams();
  if (shops.length > 1 && query.text.trim() === "" && query.stage !== null && query.stage !== "new") asked.set("shop", shop);
  if (query.text.trim() !== "") asked.set("query", query.text.trim());
  if (query.stage !== null) asked.set("stage", query.stage);
  if (next !== null) asked.set("next", next);
  return asked;
}
