/** A QR code as the outline that a screen draws: dark modules as one path, quiet zone included; as `loyalty/web/qr.py`. */
import { correction, generate } from "lean-qr";

const QUIET_ZONE = 4; // modules, as the standard asks

export interface Drawn {
  readonly path: string;
  readonly size: number; // of the square, in modules
}

export function drawn(text: string): Drawn {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const rows: string[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      let run = 0;
      while (code.get(x + run, y)) run += 1;
      if (run > 0) rows.push(`M${x + QUIET_ZONE} ${y + QUIET_ZONE}h${run}v1h-${run}z`);
      x += run;
    }
  }
  return { path: rows.join(""), size: code.size + 2 * QUIET_ZONE };
}
