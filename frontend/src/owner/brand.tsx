/** The mark: two rings and a full disc, the third visit. */
import { words } from "../words";

export function Brand() {
  return (
    <p class="brand">
      <svg class="mark" viewBox="0 0 44 16" aria-hidden="true">
        <circle cx="6" cy="10" r="4.5" />
        <circle cx="20" cy="10" r="4.5" />
        <circle class="full" cx="36" cy="8" r="7" />
      </svg>
      {words("screen.owner.title")}
    </p>
  );
}
