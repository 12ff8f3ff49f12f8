import { z } from 'zod';

/** A name of the time zone database, such as `Asia/Shanghai`. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'is not a known time zone; use a name such as Asia/Shanghai' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-CA', { timeZone: name });
    return true;
  } catch {
    // A RangeError is how the platform says that it does not know the zone.
    return false;
  }
}
