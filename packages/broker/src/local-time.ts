/** Converts a moment to the local time of a time zone. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;

  /** Throws a RangeError when the time zone is unknown. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', ...fields });
  }

  /** The local time of a moment, written as if it were UTC: Unix milliseconds, cut to whole seconds. */
  localMs(unixMs: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(unixMs)) part[type] = Number(value);
    return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  }
}

const fields = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
} as const;
