/** A few people by name, each with the one thing that can be done with them. */
import { Name } from "../ui/text";
import type { RegularRow } from "../wire";

interface Props {
  readonly people: readonly Pick<RegularRow, "id" | "name">[];
  readonly label: string; // of what is done
  readonly busy?: boolean;
  readonly take: (person: string) => void;
}

export function Picks({ people, label, busy = false, take }: Props) {
  return (
    <ul class="few">
      {people.map(({ id, name }) => (
        <li key={id}>
          <b title={name}>
            <Name>{name}</Name>
          </b>
          <button type="button" class="btn" disabled={busy} onClick={() => take(id)}>
            {label}
            <span class="unseen">
              {" "}
              <Name>{name}</Name>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
