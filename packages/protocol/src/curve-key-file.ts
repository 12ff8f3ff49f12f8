/**
 * The file of a pair of CURVE keys, as `pulsemq keygen` writes it. It is the form of certificates of CZMQ, which the Python package pyzmq
 * reads and writes too. Keys are in Z85, 40 characters each.
 */

/** Keys of one side. A file for others has no secret key. */
export interface CurveKeyTexts {
  readonly publicKey: string;
  readonly secretKey?: string;
}

/** The text of a file. `comment` is one line. */
export function curveKeyFile({ publicKey, secretKey }: CurveKeyTexts, comment: string): string {
  const lines = [`# ${comment}`, 'metadata', 'curve', `    public-key = "${publicKey}"`];
  if (secretKey !== undefined) lines.push(`    secret-key = "${secretKey}"`);
  return `${lines.join('\n')}\n`;
}

/** Reads the text of a file; a key that it does not have is undefined. */
export function readCurveKeyFile(text: string): { publicKey?: string; secretKey?: string } {
  const keyOf = (name: string): string | undefined => new RegExp(`^\\s*${name}\\s*=\\s*"([^"]+)"`, 'm').exec(text)?.[1];
  const [publicKey, secretKey] = [keyOf('public-key'), keyOf('secret-key')];
  return { ...(publicKey !== undefined && { publicKey }), ...(secretKey !== undefined && { secretKey }) };
}
