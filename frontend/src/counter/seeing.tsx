/** The camera's picture, while somebody holds a card before it. What it reads is a scan like a hand scanner's. */
import { useEffect, useRef } from "preact/hooks";

import { words } from "../words";
import type { CameraFault, Event } from "./model";

export function Seeing({ happen }: { happen: (event: Event) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const picture = video.current;
    if (picture === null) return;
    const watching = new AbortController();
    const fault = (fault: CameraFault): void => {
      if (!watching.signal.aborted) happen({ kind: "no-camera", fault });
    };
    void import("./camera").then(
      ({ watch }) => watch(picture, (text) => happen({ kind: "scanned", text }), fault, watching.signal),
      () => fault("failed"),
    );
    return () => watching.abort();
  }, []);
  return (
    <div class="main seeing">
      <video ref={video} muted playsInline aria-hidden="true" />
      <p class="sub" role="status">
        {words("screen.counter.camera.hold")}
      </p>
    </div>
  );
}
