/** The largest of the sentence's steps that fits its box, measured before it is painted and never while it is read. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** The design's three, and two for names that no design foresees; only in the last a word may break anywhere. */
const STEPS = ["0", "1", "2", "3", "4"] as const;

export function useFit(from: 0 | 1, reasons: readonly unknown[]): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const main = box.current;
    if (main === null) return;
    for (const step of STEPS.slice(from)) {
      main.dataset["step"] = step;
      if (fits(main)) return;
    }
  }, [from, ...reasons]);
  return box;
}

function fits(main: HTMLElement): boolean {
  const say = main.querySelector<HTMLElement>(".say");
  const wide = say !== null && say.scrollWidth > say.clientWidth;
  return !wide && main.scrollHeight <= main.clientHeight;
}

export type Layout = "landscape" | "low" | "lowest" | "portrait" | "strip" | "short";

/** As the container queries of counter.css have it. */
export function layoutOf(width: number, height: number): Layout {
  if (width <= 480) return height < 720 ? "short" : "strip";
  if (height <= 700) return height <= 520 ? "lowest" : "low";
  return width <= 900 ? "portrait" : "landscape";
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function useSize(of: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: innerWidth, height: innerHeight });
  useEffect(() => {
    const element = of.current;
    if (element === null) return;
    const seen = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    seen.observe(element);
    return () => seen.disconnect();
  }, []);
  return size;
}
