import type { Handshake } from '@pulsemq/zmtp';
import type { RelayedCaller } from '../../relay-pass.js';
import type { TrafficHandler } from '../session/session-connection.js';
import type { Layer } from './first-bytes.js';
import type { ChannelMemory } from './secure-channel.js';

/** What a connection needs from its maker; one for all connections of a port. */
export interface ConnectionOwner<Connection> {
  /** Makes the handshake of a connection that has begun as ZMTP, or says why the connection is closed instead. */
  makeHandshake(connection: Connection, send: (bytes: Uint8Array) => void): Handshake | string;
  /** Makes the handler of a connection whose handshake is done, or says why the connection is closed instead. */
  makeTraffic(connection: Connection, handshake: Handshake): TrafficHandler | string;
  /** What may carry ZMTP besides TCP. */
  readonly layers: readonly Layer[];
  /** Memory of encrypted connections; null while CURVE is off. */
  readonly channelMemory: ChannelMemory | null;
  /** Calls `workHeld` when it is this connection's turn. */
  takeTurn(connection: Connection): void;
  /** The connection comes from a caller of the relay. False if the caller's address may have no further connection. */
  moveTo(connection: Connection, caller: RelayedCaller): boolean;
  onClosed(connection: Connection): void;
  /** A client asks for a mechanism that is not allowed. True, and reported, if that is because it is not encrypted. */
  refusedClearText(connection: Connection): boolean;
}
