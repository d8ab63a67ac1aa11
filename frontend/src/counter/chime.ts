/** One chime: two sines, soft at both ends, so that it turns no heads but one. */

const TONES_HZ = [660, 880] as const;
const TONE_S = 0.09;
const ATTACK_S = 0.012;
const END_S = 0.35;
const PEAK = 10 ** (-18 / 20); // −18 dBFS
const CREATE_MS = 500;
const SILENCE = 0.0001; // an exponential fall never reaches zero

let context: AudioContext | null = null;

/** Browsers give sound only to a page that was touched; a key of the scanner is a touch. */
export function awaken(): void {
  if (context === null) setTimeout(create, CREATE_MS);
  else if (context.state === "suspended") void context.resume();
}

/** Takes a while the first time, so not between two characters of a scan. */
function create(): void {
  context ??= new AudioContext();
}

export function chime(): void {
  if (context === null || context.state !== "running") return;
  const start = context.currentTime;
  TONES_HZ.forEach((hz, i) => tone(context as AudioContext, hz, start + i * TONE_S, start + END_S));
}

function tone(context: AudioContext, hz: number, start: number, end: number): void {
  const source = new OscillatorNode(context, { frequency: hz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(SILENCE, start);
  gain.gain.linearRampToValueAtTime(PEAK, start + ATTACK_S);
  gain.gain.setValueAtTime(PEAK, start + TONE_S);
  gain.gain.exponentialRampToValueAtTime(SILENCE, end);
  source.connect(gain).connect(context.destination);
  source.start(start);
  source.stop(end);
}
