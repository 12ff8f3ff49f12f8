import { timingSafeEqual } from 'node:crypto';

/**
 * What the relay of the admin port tells the engine about the caller behind it. The pass is a secret of this process: only the relay can say
 * where a connection really comes from.
 */

/** Header of the request that the relay sends. */
export const relayHeader = 'x-pulsemq-relay';

/** A peer of the relay, such as a browser. */
export interface RelayedCaller {
  readonly address: string;
  readonly port: number;
  /** It is on this machine. */
  readonly isLocal: boolean;
  /** Nothing on the way to the admin port can read what it sends. */
  readonly isEncrypted: boolean;
}

/** The value of the header. */
export const relayValue = (pass: string, caller: RelayedCaller): string =>
  `${pass} ${Buffer.from(JSON.stringify(caller)).toString('base64url')}`;

/** Reads the header. Undefined without the right pass. */
export function relayedCaller(pass: string, value: string): RelayedCaller | undefined {
  const [given = '', caller = ''] = value.split(' ');
  const [expected, shown] = [Buffer.from(pass), Buffer.from(given)];
  if (expected.length === 0 || expected.length !== shown.length || !timingSafeEqual(expected, shown)) return undefined;
  return JSON.parse(Buffer.from(caller, 'base64url').toString()) as RelayedCaller;
}
