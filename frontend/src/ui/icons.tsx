/** The house's icons: a 24 grid, 2 px stroke, round ends. An icon stands beside its word. */
import type { JSX } from "preact";

const DRAWINGS = {
  alert: (
    <>
      <path d="M12 4L2.5 20h19zM12 10v4.5" />
      <circle class="full" cx="12" cy="17.3" r="1.3" />
    </>
  ),
  ask: (
    <g class="turns">
      <path d="M7.5 8.5a4.5 4.5 0 1 1 6.3 4.1c-1.2.6-1.8 1.3-1.8 2.9" />
      <circle class="full" cx="12" cy="20" r="1.6" />
    </g>
  ),
  bin: <path d="M4 7h16M9 7V4h6v3M6.5 7l1 13.5h9l1-13.5" />,
  celebrate: (
    <path d="M12 2.5l2.2 6 5.3-3-3 5.3 6 2.2-6 2.2 3 5.3-5.3-3L12 22l-2.2-5.5-5.3 3 3-5.3-6-2.2 6-2.2-3-5.3 5.3 3z" />
  ),
  card: (
    <>
      <path d="M3 6h18v13H3zM6 10h4v5H6z" />
      <path d="M13.5 10.5h5M13.5 14.5h3.5" />
    </>
  ),
  check: <path d="M4.5 12.5l5 5L20 7" />,
  cup: (
    <>
      <path d="M4.5 9h12v6a5.5 5.5 0 0 1-5.5 5.5h-1A5.5 5.5 0 0 1 4.5 15zM8 6V4M12.8 6V4" />
      <path d="M16.5 10.5h1.3a2.7 2.7 0 0 1 0 5.4h-1.5" />
    </>
  ),
  dot: <circle class="full" cx="12" cy="12" r="5" />,
  down: <path d="M12 4v12M6.5 11l5.5 5.5 5.5-5.5M4 20.5h16" />,
  edit: <path d="M4 20l1-4.5L16 4.5 19.5 8 8.5 19z" />,
  eye: (
    <>
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  find: (
    <>
      <circle cx="10.5" cy="10.5" r="6" />
      <path d="M15 15l5.5 5.5" />
    </>
  ),
  gift: (
    <>
      <path d="M4 11h16v9H4zM3 7.5h18V11H3zM12 7.5V20" />
      <path d="M12 7.5C9 7.5 7.5 6 8.5 4.5S12 5 12 7.5c0-2.5 2.5-4.5 3.5-3S15 7.5 12 7.5" />
    </>
  ),
  greet: <path d="M3 18h18M6 18a6 6 0 0 1 12 0M12 5v3M4.5 9.5l2 1.7M19.5 9.5l-2 1.7" />,
  inform: <path d="M5 7h14M5 12h14M5 17h9" />,
  mute: <path d="M4 9.5v5h3.5L12 18V6L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5" />,
  off: (
    <>
      <path d="M3 9.5a13 13 0 0 1 5-3M12.5 5.7A13 13 0 0 1 21 9.5" />
      <path d="M6.5 13a8 8 0 0 1 4-2.2M15 11.4a8 8 0 0 1 2.5 1.6M4 4l16 16" />
      <circle class="full" cx="12" cy="19" r="1.6" />
    </>
  ),
  pause: <path d="M9 5v14M15 5v14" />,
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5a7.5 7.5 0 0 1 15 0" />
    </>
  ),
  plus: <path d="M12 5v14M5 12h14" />,
  print: (
    <>
      <path d="M7 8V3.5h10V8M7 17H4V8h16v9h-3" />
      <path d="M7 13.5h10V20.5H7z" />
    </>
  ),
  repair: <path d="M5 6l4 4M9 6l-4 4M10.5 10l4 4M14.5 10l-4 4M16 14l4 4M20 14l-4 4" />,
  ring: <circle cx="12" cy="12" r="6" />,
  rub: <path d="M9 5h12v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5" />,
  say: <path class="turns" d="M4 5h16v11H10l-4 4v-4H4zM8 10.5h8" />,
  scan: <path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16" />,
  sound: <path d="M4 9.5v5h3.5L12 18V6L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4" />
    </>
  ),
  swap: <path d="M7 4L3 8l4 4M3 8h13M17 12l4 4-4 4M21 16H8" />,
  thumb: <path d="M4 11h3.5v9H4zM7.5 12L11 4a2.5 2.5 0 0 1 2.5 2.5V10h4.6a2 2 0 0 1 2 2.4l-1.2 6a2 2 0 0 1-2 1.6H7.5" />,
  "thumb-down": <path d="M20 13h-3.5V4H20zM16.5 12L13 20a2.5 2.5 0 0 1-2.5-2.5V14H5.9a2 2 0 0 1-2-2.4l1.2-6a2 2 0 0 1 2-1.6h9.4" />,
  undo: <path class="turns" d="M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3" />,
  up: <path d="M12 19V6M6.5 11L12 5.5l5.5 5.5" />,
  x: <path d="M6 6l12 12M18 6L6 18" />,
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof DRAWINGS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {DRAWINGS[name]}
    </svg>
  );
}
