import { words } from "../words";

/** A QR is black on white in both themes; the quiet zone is part of the drawing that the service sends. */

export function Qr({ path, size, label }: { path: string; size: number; label: string }) {
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])\.?$/;

/** Only the machine that the service runs on reaches it there. */
export function loopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}

/** Beside a code that no phone can open, why not; beside any other, nothing. */
export function Closed({ url }: { url: string }) {
  return loopback(url) ? <small class="closed">{words("screen.loopback")}</small> : null;
}

/** Two groups of four, as the code is read aloud. */
export function Code({ children }: { children: string }) {
  const groups = children.match(/.{1,4}/g) ?? [];
  return (
    <p class="code figures" translate={false}>
      {groups.map((group, i) => (
        <>
          {i > 0 && " "}
          <span>{group}</span>
        </>
      ))}
    </p>
  );
}
