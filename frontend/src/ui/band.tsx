/** The border of the cloth: one repeated motif that tells the kind of moment from the corner of the eye. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Tone } from "../wire";

export type Cloth = Tone | "still";

const MOTIFS: Record<Cloth, JSX.Element> = {
  greet: (
    <>
      <path class="drawn" d="M4 36a20 20 0 0 1 40 0M13 36a11 11 0 0 1 22 0" />
      <path class="on" d="M20.4 35a3.6 3.6 0 1 1 7.2 0 3.6 3.6 0 0 1-7.2 0zM0 42h48v3H0z" />
    </>
  ),
  celebrate: (
    <g class="on">
      <path d="M24 5l4.4 11.2 10.2-6.8-6.8 10.2L43 24H5l11.2-4.4L9.4 9.4l10.2 6.8z" />
      <path d="M43 24l-11.2 4.4 6.8 10.2-10.2-6.8L24 43l-4.4-11.2-10.2 6.8 6.8-10.2L5 24z" />
    </g>
  ),
  repair: (
    <>
      <path class="drawn thick" d="M11 11l26 26M37 11L11 37" />
      <path class="on" d="M22.5 0h3v8h-3zM22.5 40h3v8h-3z" />
    </>
  ),
  ask: (
    <g class="turns">
      <path class="drawn thick" d="M14.5 17a9.5 9.5 0 1 1 13.4 8.6c-2.8 1.3-3.9 3-3.9 6" />
      <circle class="on" cx="24" cy="40" r="3.5" />
    </g>
  ),
  inform: <path class="on" d="M8 9h32v5H8zM8 21.5h32v5H8zM8 34h32v5H8z" />,
  still: (
    <>
      <circle class="on" cx="10" cy="24" r="3" />
      <circle class="on" cx="24" cy="24" r="3" />
      <circle class="on" cx="38" cy="24" r="3" />
    </>
  ),
};

let bands = 0; // a pattern is drawn by its id, which must stay its own however the rail is reordered

/** `spent`: the part of its age that a cue has used up, 0 to 1; the band runs dry by it. */
export function Band({ cloth, spent }: { cloth: Cloth; spent?: number }) {
  const [id] = useState(() => `band${++bands}`);
  return (
    <div class={`band ${cloth}`} aria-hidden="true">
      <svg class="motif">
        <pattern id={id} width="48" height="48" patternUnits="userSpaceOnUse">
          {MOTIFS[cloth]}
        </pattern>
        <rect width="100%" height="100%" fill={`url(#${id})`} />
      </svg>
      {spent !== undefined && <div class="dry" style={{ "--spent": `${(spent * 100).toFixed(1)}%` }} />}
    </div>
  );
}
