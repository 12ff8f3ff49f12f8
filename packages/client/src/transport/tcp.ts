import { connect, type LookupFunction, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { NotConnectedError, TimeoutError } from '@pulsemq/protocol';
import { onAbort } from '../core/abort.js';
import type { OpenTransport, Transport } from '../core/transport.js';
import { tlsAdvice, tlsOptions } from './tls.js';

/** Largest read. A smaller buffer costs half of the throughput at full speed. */
const readBufferBytes = 262_144;

/** Longest time for one of several addresses of a host. The last one has the rest of the time. */
const attemptMaxMs = 2_500;

/** Opens a TCP connection, or a TLS connection. Tries all addresses of the host. Without Nagle's algorithm, because the core already gathers small messages. */
export const openTcp: OpenTransport = (target, listener) => openTcpBy(undefined)(target, listener);

/** The same with another function that finds the addresses of a host. */
export const openTcpBy =
  (lookup: LookupFunction | undefined): OpenTransport =>
  (target, listener) =>
    new Promise((resolve, reject) => {
      const { host, port, tls, timeoutMs, signal } = target;
      signal.throwIfAborted();
      let failure: Error | null = null;
      let isOpen = false;
      const buffer = Buffer.allocUnsafeSlow(readBufferBytes);
      const onRead = (lengthBytes: number): boolean => {
        listener.onBytes(buffer, lengthBytes);
        return true;
      };
      const options: NetConnectOpts = {
        host,
        port,
        noDelay: true,
        onread: { buffer, callback: onRead },
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: Math.min(attemptMaxMs, Math.max(250, timeoutMs / 4)),
        ...(lookup !== undefined && { lookup }),
      };
      const socket = tls === null ? connect(options) : connectTls({ ...options, ...tlsOptions(tls, host) });
      const stop = onAbort(signal, () => void socket.destroy(signal.reason));
      const timer = setTimeout(() => {
        socket.destroy(new TimeoutError(`no connection to ${host}:${port} within ${timeoutMs} ms`));
      }, timeoutMs);
      const endAttempt = (): void => {
        clearTimeout(timer);
        stop();
      };
      socket.on('error', (error) => {
        failure = error;
      });
      socket.on('drain', () => listener.onDrain());
      socket.on('close', () => {
        endAttempt();
        if (isOpen) listener.onClose(failure);
        else reject(signal.aborted ? signal.reason : connectError(host, port, failure));
      });
      socket.on(tls === null ? 'connect' : 'secureConnect', () => {
        endAttempt();
        socket.setNoDelay(true);
        isOpen = true;
        resolve(transportOf(socket));
      });
    });

const transportOf = (socket: Socket): Transport => ({
  get pendingBytes() {
    return socket.writableLength;
  },
  write: (bytes) => void socket.write(bytes),
  pause: () => void socket.pause(),
  resume: () => void socket.resume(),
  close: () => void socket.destroy(),
});

function connectError(host: string, port: number, cause: Error | null): Error {
  if (cause instanceof TimeoutError) return cause;
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? 'closed';
  const tried = cause instanceof AggregateError ? ` (${cause.errors.map(({ address }) => address).join(', ')})` : '';
  return new NotConnectedError(
    `cannot connect to ${host}:${port}: ${code}${tried}${tlsAdvice(code)}`,
    cause === null ? {} : { cause },
  );
}
