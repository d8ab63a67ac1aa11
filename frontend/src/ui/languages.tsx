/** Which language the page speaks: each by the name it calls itself. */
import { language, type Languages as All } from "../words";

interface Props {
  readonly among: All;
  readonly label: string;
  readonly choose: (language: string) => void;
}

export function Languages({ among, label, choose }: Props) {
  return (
    <select
      class="languages"
      aria-label={label}
      value={language()}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {Object.entries(among).map(([it, { name }]) => (
        <option key={it} value={it} lang={it}>
          {name}
        </option>
      ))}
    </select>
  );
}
