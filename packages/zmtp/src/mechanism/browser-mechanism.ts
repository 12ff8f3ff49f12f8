import { badArgument } from '../errors.js';
import type { HandshakeOptions } from '../handshake-options.js';
import type { Mechanism, MechanismHost, MechanismName } from './mechanism.js';
import { NullMechanism } from './null.js';

/**
 * What a bundle for browsers has instead of all mechanisms: NULL. TLS encrypts the sockets of a browser, and the broker's own log-in follows.
 * Throws a ZmtpError `ZMTP_BAD_ARGUMENT` for another one.
 */
export function newMechanism(name: MechanismName, host: MechanismHost, { role }: HandshakeOptions): Mechanism {
  if (name !== 'NULL') throw badArgument(`mechanism ${name} is not part of the build for browsers: use NULL`);
  return new NullMechanism(host, role === 'server');
}
