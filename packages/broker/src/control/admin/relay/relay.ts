import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Guard } from '../../../guard.js';
import type { HttpConnections } from '../http/http-connections.js';
import { rawRefusal } from '../malformed-requests.js';
import { serveAsOrdinary, type UpgradeRequest } from './ordinary-request.js';
import { type CallerRules, isRelayPath, relayedRequest } from './relayed-request.js';
import { type Beginning, Turns } from './turns.js';

/** How long a caller may take to read the rest after the engine has closed. */
const restTimeoutMs = 10_000;

/**
 * Connections to the engine whose request it has not read yet. Until then the engine counts them for the address of this machine, and many pages
 * that connect at one moment would reach its `limits.max_pending_per_address`.
 */
const unreadMaxCount = 16;

/** What the relay needs of the HTTP server that it is part of. */
export interface RelayServer extends CallerRules {
  readonly connections: HttpConnections;
  readonly guard: Guard;
}

/**
 * WebSockets on the admin port: the paths `/ws/` and `/ws/sub` stand for the publisher port's `/` and `/sub`. The request of the upgrade goes to
 * the publisher port with a header that says who has sent it; then bytes pass in both directions, and the engine reads, checks and answers
 * everything. So there is one implementation of WebSocket, and the limits of the engine see the true address.
 */
export class Relay {
  /** What the engine knows the relay by. */
  readonly pass = randomBytes(24).toString('base64url');
  readonly #open = new Set<Socket>();
  readonly #turns = new Turns(unreadMaxCount);
  #target: { readonly host: string; readonly port: number } | null = null;
  #isRefusing = false;

  /** The engine listens there. `host` is the setting `server.host`. */
  reach(host: string, port: number): void {
    this.#target = { host: reachable[host] ?? host, port };
  }

  /** Takes the upgrades of a server from now on. */
  serve(server: Server, parts: RelayServer): void {
    server.on('upgrade', (request: IncomingMessage, socket: Socket, rest: Buffer) => {
      parts.guard.run('a request to upgrade', () => this.#onUpgrade(server, parts, { request, socket, rest }));
    });
  }

  /** Takes no new connection: the broker drains. */
  refuseNew(): void {
    this.#isRefusing = true;
  }

  /** Ends all connections. */
  close(): void {
    this.refuseNew();
    for (const socket of this.#open) socket.destroy();
  }

  #onUpgrade(server: Server, parts: RelayServer, { request, socket, rest }: UpgradeRequest): void {
    // An answer is under way on this connection, and nothing can be written in between. Browsers open a connection for each WebSocket.
    if (parts.connections.isBusy(socket)) return void socket.destroy();
    if (!isWebSocket(request)) return serveAsOrdinary(server, { request, socket, rest });
    socket.on('error', closesNext);
    const { url = '/' } = request;
    if (!isRelayPath(url))
      return refuse(socket, 404, 'NOT_FOUND', 'WebSockets are at /ws/ and /ws/sub, without a query');
    if (this.#isRefusing) return refuse(socket, 503, 'DRAINING', 'the broker is about to stop');
    const tooMany = parts.connections.upgraded(socket);
    if (tooMany !== null) return refuse(socket, 503, 'LIMIT_REACHED', tooMany);
    this.#relay(socket, Buffer.concat([relayedRequest(request, socket, this.pass, parts), rest]));
  }

  #relay(near: Socket, first: Buffer): void {
    const turn: Beginning = { begin: (onBegun) => this.#pass(near, first, onBegun) };
    this.#open.add(near);
    // The engine notices a peer that is silent.
    near.setTimeout(0);
    near.on('close', () => {
      this.#open.delete(near);
      this.#turns.remove(turn);
    });
    this.#turns.add(turn);
  }

  /** Calls `onAnswered` when the engine has answered, or has closed. */
  #pass(near: Socket, first: Buffer, onAnswered: () => void): void {
    const far = connect({ ...this.#target!, noDelay: true });
    let hasAnswered = false;
    far.write(first);
    near.pipe(far).pipe(near);
    far.once('data', () => {
      hasAnswered = true;
      onAnswered();
    });
    far.on('error', () => {
      if (!hasAnswered) refuse(near, 503, 'ENGINE_SILENT', 'the publisher port of the broker does not answer');
    });
    far.on('close', () => {
      onAnswered();
      near.end();
      near.setTimeout(restTimeoutMs, () => near.destroy());
    });
    near.on('close', () => far.destroy());
  }
}

/** Where a listener of all addresses can be reached. */
const reachable: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const isWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

function refuse(socket: Socket, status: number, code: string, why: string): void {
  if (socket.writable) socket.end(rawRefusal(status, code, why));
  socket.setTimeout(restTimeoutMs, () => socket.destroy());
}

/** The event `close` follows, and it is all that matters. */
const closesNext = (): void => {};
