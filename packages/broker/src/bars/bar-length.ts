const form = /^([1-9]\d{0,4})([smhd])$/;
const secondsOfUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const daySeconds = 86_400;

/** Seconds of the length of a bar such as `5m`; undefined when it does not divide a day. */
export function barSeconds(text: string): number | undefined {
  const match = form.exec(text);
  const seconds = match === null ? 0 : Number(match[1]) * secondsOfUnit[match[2]!]!;
  return seconds > 0 && daySeconds % seconds === 0 ? seconds : undefined;
}
