import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ControlLimits } from '../../faults/control-limits.js';
import type { HttpConnections } from './http-connections.js';

/** Requests of one connection that may wait for their turn. */
const waitingMaxCount = 64;

interface Turns {
  isTaken: boolean;
  readonly waiting: (() => void)[];
}

/**
 * Serves the requests of one connection one after another: the next one begins when the answer before it is with the system. So a peer
 * that sends requests and reads no answers costs one answer.
 */
export function serveInTurns(app: FastifyInstance, connections: HttpConnections, limits: ControlLimits): void {
  const turns = new WeakMap<Socket, Turns>();
  app.addHook('onRequest', async ({ raw: { socket }, ip }, reply) => {
    const ofSocket = turns.get(socket) ?? { isTaken: false, waiting: [] };
    turns.set(socket, ofSocket);
    if (ofSocket.waiting.length >= waitingMaxCount) {
      limits.hit('httpWaitingRequests', ip, () => `${waitingMaxCount} requests of one connection wait; it is closed`);
      socket.destroy();
      return reply.hijack();
    }
    if (ofSocket.isTaken) await new Promise<void>((resolve) => ofSocket.waiting.push(resolve));
    ofSocket.isTaken = true;
    reply.raw.once('close', () => {
      ofSocket.isTaken = false;
      const next = ofSocket.waiting.shift();
      if (next !== undefined) next();
      else connections.idle(socket);
    });
  });
}
