/** A QR is black on white in both themes; the quiet zone is part of the drawing that the service sends. */

export function Qr({ path, size, label }: { path: string; size: number; label: string }) {
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
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
