import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import type { EngineTls } from '../../port-encryption.js';
import type { Layer, LayerListener } from './first-bytes.js';

/** First byte of TLS: a record of the handshake. */
const tlsHandshakeRecord = 0x16;

/** TLS on the ports of the engine. New certificates are for new connections; those that are open go on. */
export class TlsLayer implements Layer {
  readonly name = 'TLS';
  readonly #server: Server;
  /** Connections whose handshake is under way, by their ends. Node does not tell which socket a TLS socket was made of. */
  readonly #waiting = new Map<string, LayerListener>();
  #asksForCertificates: boolean;

  /** `handshakeTimeoutMs` is a second limit: the owner of the connections has one of its own. */
  constructor(tls: EngineTls, handshakeTimeoutMs: number) {
    this.#asksForCertificates = tls.clientCa !== null;
    // It never listens: it is given sockets that were accepted elsewhere.
    this.#server = createServer({
      ...contextOf(tls),
      requestCert: this.#asksForCertificates,
      rejectUnauthorized: false,
      handshakeTimeout: handshakeTimeoutMs,
    });
    this.#server.on('secureConnection', (socket) => this.#onSecure(socket));
    this.#server.on('tlsClientError', (error, socket) => this.#onFailed(socket, error));
  }

  /** Takes other certificates. Whether client certificates are asked for stays as it was. */
  renew(tls: EngineTls): void {
    this.#server.setSecureContext(contextOf(tls));
  }

  isBegunBy(first: Buffer): boolean {
    return first[0] === tlsHandshakeRecord;
  }

  takeOver(stream: Duplex, first: Buffer, listener: LayerListener): null {
    const socket = stream as Socket;
    const ends = endsOf(socket);
    this.#waiting.set(ends, listener);
    socket.once('close', () => this.#waiting.delete(ends));
    // Node reads what is in the socket's own buffer first.
    socket.unshift(first);
    this.#server.emit('connection', socket);
    return null;
  }

  #onSecure(socket: TLSSocket): void {
    const listener = this.#take(socket);
    if (listener === undefined) {
      socket.destroy();
      return;
    }
    const certificate = this.#asksForCertificates ? socket.getPeerX509Certificate() : undefined;
    if (certificate !== undefined && !socket.authorized) {
      listener.onRefused(`the client certificate is not valid: ${socket.authorizationError}`);
      return;
    }
    const provenKey = certificate === undefined ? null : `tls:${hexOf(certificate.fingerprint256)}`;
    listener.onCarried({ stream: socket, isEncrypted: true, provenKey, webSocket: null });
  }

  /** A peer that goes away is not reported: its socket closes. */
  #onFailed(socket: TLSSocket, error: NodeJS.ErrnoException): void {
    const listener = this.#take(socket);
    if (error.code !== 'ECONNRESET') listener?.onRefused(`the TLS handshake failed: ${error.message}`);
    socket.destroy();
  }

  #take(socket: TLSSocket): LayerListener | undefined {
    const ends = endsOf(socket);
    const listener = this.#waiting.get(ends);
    this.#waiting.delete(ends);
    return listener;
  }
}

const contextOf = ({ cert, key, clientCa }: EngineTls): TlsOptions => ({
  cert,
  key,
  minVersion: 'TLSv1.3',
  ...(clientCa !== null && { ca: clientCa }),
});

const endsOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`;

/** A fingerprint as Node writes it, such as `AB:CD`, in lower-case hex. */
const hexOf = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();
