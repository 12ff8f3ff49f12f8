import { createHash } from 'node:crypto';
import { MessageType, ticketPrefix } from '@pulsemq/protocol';
import { onTestFinished } from 'vitest';
import { Engine } from '../../src/engine/engine.js';
import type { StartThread } from '../../src/journal/journal.js';
import type { EngineEvent } from '../../src/port.js';
import type { EngineConfig } from '../../src/port-config.js';
import type { EngineGrant, EngineTopic, EngineUser, Entitlements } from '../../src/port-entitlements.js';
import { testConfig } from './support.js';
import { WirePeer } from './wire-peer.js';

export const tokenOf = (name: string): string => `token-of-${name}`;

export const userOf = (id: number, name: string, more: Partial<EngineUser> = {}): EngineUser => ({
  id,
  name,
  type: 'mq_normal',
  isActive: true,
  tokenHash: createHash('sha256').update(tokenOf(name)).digest('hex'),
  ...more,
});

const market = { id: 1, name: 'market', isActive: true, keepLastValue: false, freshness: null };
const other = { id: 2, name: 'other', isActive: true, keepLastValue: false, freshness: null };

/** publisher may publish to market, reader may read it, nobody has no grant, root needs none. */
export const testEntitlements: Entitlements = {
  users: [
    userOf(1, 'root', { type: 'super_admin' }),
    userOf(2, 'publisher'),
    userOf(3, 'reader'),
    userOf(4, 'nobody'),
    userOf(5, 'clerk', { type: 'admin_only' }),
    userOf(6, 'gone', { isActive: false }),
  ],
  namespaces: [market, other],
  grants: [
    { userId: 2, namespaceId: 1, role: 'pub' },
    { userId: 3, namespaceId: 1, role: 'sub' },
  ] satisfies EngineGrant[],
  userKeys: [],
};

/** A running engine in this thread, on free ports. */
export interface RunningEngine {
  readonly engine: Engine;
  readonly pubPort: number;
  readonly subPort: number;
  readonly events: EngineEvent[];
  /** The first event of a kind, or the first that is wanted, past ones included. */
  event<Kind extends EngineEvent['kind']>(
    kind: Kind,
    isWanted?: (event: Extract<EngineEvent, { kind: Kind }>) => boolean,
  ): Promise<Extract<EngineEvent, { kind: Kind }>>;
  /** An authenticated request connection. */
  session(name: string): Promise<WirePeer & { ticket: string }>;
  /** Ends it before the test does. */
  stop(): Promise<void>;
  /** A subscriber connection bound to a lane of a session, lane 0 unless told. */
  bound(ticket: string, lane?: number): Promise<WirePeer>;
  /** An unauthenticated SUB socket. */
  raw(...prefixes: string[]): Promise<WirePeer>;
}

/** The prefix that binds a connection to a lane of a session. */
export const ticketSubscription = (ticket: string, lane = 0): Buffer =>
  Buffer.concat([ticketPrefix, Buffer.from(lane === 0 ? ticket : `${ticket}${lane}`)]);

export async function startEngine(
  config: Partial<EngineConfig> = {},
  entitlements = testEntitlements,
  topics: readonly EngineTopic[] = [],
  startThread?: StartThread,
): Promise<RunningEngine> {
  const events: EngineEvent[] = [];
  const waiting: { isWanted: (event: EngineEvent) => boolean; resolve: (event: never) => void }[] = [];
  const engine = new Engine((event) => {
    events.push(event);
    const at = waiting.findIndex(({ isWanted }) => isWanted(event));
    if (at >= 0) waiting.splice(at, 1)[0]!.resolve(event as never);
  }, startThread);
  const event: RunningEngine['event'] = (kind, isWantedOfKind = () => true) => {
    const isWanted = (one: EngineEvent): boolean => one.kind === kind && isWantedOfKind(one as never);
    const past = events.find(isWanted);
    if (past !== undefined) return Promise.resolve(past as never);
    return new Promise((resolve) => waiting.push({ isWanted, resolve }));
  };
  engine.command({ kind: 'start', config: { ...testConfig, ...config }, entitlements, topics });
  const failed = event('failed').then(({ code }) => Promise.reject(new Error(code)));
  const { pubPort, subPort } = await Promise.race([event('listening'), failed]);
  const peers: WirePeer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(peers.splice(0).map((peer) => peer.close()));
    if (!events.some(({ kind }) => kind === 'stopped')) engine.command({ kind: 'drain', moveMs: 0, timeoutMs: 100 });
    await event('stopped');
  };
  onTestFinished(stop);
  const kept = (peer: WirePeer): WirePeer => {
    peers.push(peer);
    return peer;
  };
  return {
    engine,
    pubPort,
    subPort,
    events,
    event,
    stop,
    session: async (name) => {
      const peer = kept(await WirePeer.open(pubPort, { socketType: 'DEALER' }));
      const { type, body } = await peer.auth(name, tokenOf(name));
      if (type !== MessageType.ack) throw new Error(`AUTH of ${name}: ${JSON.stringify(body)}`);
      return Object.assign(peer, { ticket: body.ticket as string });
    },
    bound: async (ticket, lane) => {
      const peer = kept(await WirePeer.open(subPort, { socketType: 'XSUB' }));
      peer.subscribe(ticketSubscription(ticket, lane));
      await peer.delivery();
      return peer;
    },
    raw: async (...prefixes) => {
      const peer = kept(await WirePeer.open(subPort, { socketType: 'SUB' }));
      for (const prefix of prefixes) peer.subscribe(prefix);
      return peer;
    },
  };
}
