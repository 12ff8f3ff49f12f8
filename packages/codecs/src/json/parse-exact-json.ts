import { parse } from 'lossless-json';

const integerPattern = /^-?\d+$/;

/**
 * Parses JSON without changing a value: integers past 2^53 become bigint, -0 stays, and `__proto__` is a property like any other. Throws
 * a SyntaxError for texts that are not JSON, for an object with one name twice, and for numbers past the range of a double.
 */
export function parseExactJson(text: string): unknown {
  try {
    return parse(text, null, numberOf);
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('the JSON is nested too deep', { cause: error });
    throw error;
  }
}

function numberOf(text: string): number | bigint {
  const value = Number(text);
  if (integerPattern.test(text)) return Number.isSafeInteger(value) ? value : BigInt(text);
  if (Number.isFinite(value)) return value;
  throw new SyntaxError(`${text} is past the range of a double`);
}
