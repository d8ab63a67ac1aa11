/** Stamps as suns, the missing ones dashed; points, and too many to draw, are a bar. */
import { counted, words } from "../words";

const DRAWN_MAX = 12;

export function Stamps({ points, of, stamps }: { points: number; of: number; stamps: boolean }) {
  const label = stamps ? counted("screen.card.stamps", points, { of }) : words("screen.card.points-of", { n: points, of });
  const full = Math.max(0, Math.min(points, of));
  if (of > DRAWN_MAX || !stamps) return <progress class="stamps" max={of} value={full} aria-label={label} />;
  return (
    <div class="stamps" role="img" aria-label={label}>
      {Array.from({ length: of }, (_, i) => (
        <svg key={i} viewBox="0 0 28 28" aria-hidden="true">
          {i < full ? <Sun /> : <circle class="missing" cx="14" cy="14" r="11" />}
        </svg>
      ))}
    </div>
  );
}

function Sun() {
  return (
    <>
      <circle class="stamp" cx="14" cy="14" r="12" />
      <path class="ray" d="M6 18a8 8 0 0 1 16 0" />
      <circle class="core" cx="14" cy="17.5" r="2" />
    </>
  );
}
