/** The shop's wall clock by the service's time: the tablet's own clock may be wrong. */
import { service, type State } from "./model";

const made = new Map<string, Intl.DateTimeFormat>();

export function clockText(state: State): string {
  return state.shop === null ? "" : format(state.shop.language, state.shop.timezone).format(service(state));
}

/** A moment on the shop's wall clock. */
export function timeOf(state: State, at: string): string {
  return state.shop === null ? "" : format(state.shop.language, state.shop.timezone).format(Date.parse(at));
}

/** 0 to 23; before the service has spoken it is nobody's morning. */
export function hourOf(state: State): number {
  if (state.shop === null) return 0;
  const parts = format("en", state.shop.timezone).formatToParts(service(state));
  return Number(parts.find((it) => it.type === "hour")?.value ?? 0);
}

/** 24 hours, unless the language is given with a country that counts otherwise. */
function format(language: string, timeZone: string): Intl.DateTimeFormat {
  const known = made.get(`${language} ${timeZone}`);
  if (known !== undefined) return known;
  const hours = language.includes("-") ? {} : { hourCycle: "h23" as const };
  const format = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { timeZone, hour: "2-digit", minute: "2-digit", ...hours });
  made.set(`${language} ${timeZone}`, format);
  return format;
}
