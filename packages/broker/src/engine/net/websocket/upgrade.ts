import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { mayConnect } from '../../../allowed-origin.js';
import type { PortRole } from '../first-bytes.js';

/** The subprotocol: binary frames whose payload is a stream of ZMTP. */
export const subprotocol = 'pulsemq.zmtp';

/** An upgrade that is allowed. */
export interface Upgrade {
  readonly accept: string;
  readonly role: PortRole;
}

/** An upgrade that is refused, as HTTP says it. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly why: string;
}

/** RFC 6455 section 1.3. */
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** 16 bytes in base64. */
const keyPattern = /^[A-Za-z0-9+/]{22}==$/;
const roles: Readonly<Record<string, PortRole>> = { '/': 'requests', '/sub': 'deliveries' };

/** Checks the request of an upgrade (RFC 6455 section 4.2.1). */
export function checkUpgrade(
  { headers, url = '/' }: IncomingMessage,
  allowedOrigins: readonly string[],
): Upgrade | UpgradeRefusal {
  const { host, origin, upgrade, 'sec-websocket-key': key } = headers;
  const role = Object.hasOwn(roles, url) ? roles[url] : undefined;
  // A query could hold a token, which would then stand in logs: nothing but the two paths is taken.
  if (role === undefined)
    return refused(404, 'the path must be / for requests or /sub for deliveries, without a query');
  if (host === undefined) return refused(400, 'the header Host is missing');
  if (!mayConnect(origin, host, allowedOrigins)) {
    return refused(403, `the origin ${shown(origin)} may not connect: add it to server.allowed_origins`);
  }
  if (upgrade?.toLowerCase() !== 'websocket') return refused(426, `Upgrade is ${shown(upgrade)}, expected websocket`);
  if (headers['sec-websocket-version'] !== '13') return refused(426, 'Sec-WebSocket-Version must be 13');
  if (key === undefined || !keyPattern.test(key)) return refused(400, 'Sec-WebSocket-Key must be 16 bytes in base64');
  if (!offersSubprotocol(headers['sec-websocket-protocol'])) {
    return refused(400, `the subprotocol ${subprotocol} is not offered in Sec-WebSocket-Protocol`);
  }
  const accept = createHash('sha1').update(`${key}${acceptSuffix}`).digest('base64');
  return { accept, role };
}

const offersSubprotocol = (offered: string | undefined): boolean =>
  offered?.split(',').some((one) => one.trim() === subprotocol) === true;

const refused = (status: number, why: string): UpgradeRefusal => ({ status, why });

const shown = (value: string | undefined): string => JSON.stringify((value ?? '').slice(0, 100));
