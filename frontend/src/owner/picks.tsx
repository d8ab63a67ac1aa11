/** A few people by name, each with the one thing that can be done with them. */
import type { ComponentChildren } from "preact";

import { Name } from "../ui/text";

interface Props {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly label: string; // of what is done
  readonly busy?: boolean;
  readonly take: (person: string) => void;
}

export function Picks({ people, label, busy = false, take }: Props) {
  return (
    <ul class="few">
      {people.map(({ id, name }) => (
        <Pick key={id} name={name} label={label} busy={busy} take={() => take(id)} />
      ))}
    </ul>
  );
}

interface PickProps {
  readonly name: string;
  readonly label: string;
  readonly busy: boolean;
  readonly take: () => void;
  readonly children?: ComponentChildren; // what tells them apart
}

export function Pick({ name, label, busy, take, children }: PickProps) {
  return (
    <li>
      <b title={name}>
        <Name>{name}</Name>
        {children}
      </b>
      <button type="button" class="btn" disabled={busy} onClick={take}>
        {label}
        <span class="unseen">
          {" "}
          <Name>{name}</Name>
        </span>
      </button>
    </li>
  );
}
