import { z } from 'zod';
import { barSeconds } from '../../../bars/bar-length.js';

/** Length of a bar such as `5m`. It divides a day, so that a day begins with a bar. */
export const barLengthText = z
  .string()
  .max(10)
  .refine((text) => barSeconds(text) !== undefined, {
    error: 'must be a length that divides a day, such as 1s, 1m, 5m, 1h or 1d',
  })
  .meta({ type: 'string', pattern: '^[1-9][0-9]{0,4}[smhd]$' });

/** The same, in seconds. */
export const barLength = barLengthText
  .transform((text) => barSeconds(text)!)
  .meta({ type: 'string', pattern: '^[1-9][0-9]{0,4}[smhd]$' });
