import { parseObject } from '../wire/json-object.js';
import { malformed, type Refusal } from '../wire/refusal.js';
import { shownText } from '../wire/wire-text.js';

/** Options of SUB, each with the one value that this broker accepts so far. */
const accepted: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['onSlow', 'dropOldest'],
  ['snapshot', false],
  ['status', false],
]);

/**
 * Checks the payload of SUB: empty, or a JSON object of options. Options and values that this broker does not have are refused, not
 * ignored, and the refusal lists what is allowed.
 */
export function checkOptions(payload: string | undefined): Refusal | undefined {
  if (payload === '') return undefined;
  const options = parseObject(payload);
  if (options === undefined) return malformed('the payload of SUB must be empty or a JSON object of options');
  for (const [key, value] of Object.entries(options)) {
    if (!accepted.has(key)) {
      return malformed(
        `subscription option ${shownText(key)} is unknown; allowed are ${[...accepted.keys()].join(', ')}`,
      );
    }
    if (value !== accepted.get(key)) {
      const allowed = JSON.stringify(accepted.get(key));
      return malformed(
        `subscription option ${shownText(key)} cannot be ${shownText(JSON.stringify(value))}; allowed is ${allowed}`,
      );
    }
  }
  return undefined;
}
