import type { HandshakeOptions } from '../handshake-options.js';
import { CurveClient } from './curve-client.js';
import { CurveServer } from './curve-server.js';
import type { Mechanism, MechanismHost, MechanismName } from './mechanism.js';
import { NullMechanism } from './null.js';
import { PlainClient, PlainServer } from './plain.js';

/** One side of a mechanism, for options that have been checked. */
export function newMechanism(name: MechanismName, host: MechanismHost, options: HandshakeOptions): Mechanism {
  const { role, plain, authenticate, curve } = options;
  if (name === 'NULL') return new NullMechanism(host, role === 'server');
  if (name === 'CURVE') {
    return role === 'server' ? new CurveServer(host, curve!) : new CurveClient(host, curve!, curve!.serverKey!);
  }
  return role === 'server' ? new PlainServer(host, authenticate!) : new PlainClient(host, plain!);
}
