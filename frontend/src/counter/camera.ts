/** Reads QR codes from the camera. Loaded only when it is opened: the reader is a megabyte of WASM, served by us. */
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import reader from "zxing-wasm/reader/zxing_reader.wasm?url";

import type { CameraFault } from "./model";

const LOOK_MS = 120; // between two looks: a card is held for a second
const WIDTH = 1280; // enough for a card at arm's length

/** Until a code is read, a fault occurs, or `over`; then the camera is let go. */
export async function watch(
  video: HTMLVideoElement,
  read: (text: string) => void,
  fault: (fault: CameraFault) => void,
  over: AbortSignal,
): Promise<void> {
  if (!isSecureContext || navigator.mediaDevices === undefined) return fault("insecure");
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: WIDTH } });
  } catch (error) {
    return fault(named(error));
  }
  const release = (): void => stream.getTracks().forEach((track) => track.stop());
  over.addEventListener("abort", release);
  if (over.aborted) return release();
  try {
    video.srcObject = stream;
    await video.play();
    const text = await look(video, over);
    if (text !== null) read(text);
  } catch {
    fault("failed");
  } finally {
    release();
  }
}

async function look(video: HTMLVideoElement, over: AbortSignal): Promise<string | null> {
  prepareZXingModule({ overrides: { locateFile: () => reader } });
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (!over.aborted) {
    const [code] = await detector.detect(video);
    if (code !== undefined && code.rawValue !== "") return over.aborted ? null : code.rawValue;
    await new Promise((later) => setTimeout(later, LOOK_MS));
  }
  return null;
}

/** In the browser's words: permission, or there is none. */
function named(error: unknown): CameraFault {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "none" : "failed";
}
