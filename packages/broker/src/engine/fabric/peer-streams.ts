import { ByteTable, checkNamespace, checkTopic } from '@pulsemq/protocol';
import { forgetPeerRoute } from '../route/forget-route.js';
import type { Origin } from '../route/origin.js';
import type { Route } from '../route/route.js';
import type { EngineCore } from '../session/core.js';
import { strictText } from '../session/wire/wire-text.js';
import type { DeliverySpan } from './delivery-span.js';
import { PeerStream, type StreamPeer } from './peer-stream.js';

/** What a broker wants of the others, as its readers check it. */
export interface Coverage {
  covers(namespace: string, topic: string): boolean;
}

/** The streams of one other broker, found by the bytes of the namespace and topic frames, as publishers' topics are. */
export class PeerStreams {
  readonly #core: EngineCore;
  readonly #coverage: Coverage;
  readonly #peer: StreamPeer;
  readonly #origin: Origin;
  readonly #table = new ByteTable<PeerStream>();
  readonly #all = new Map<string, PeerStream>();

  constructor(core: EngineCore, coverage: Coverage, peer: StreamPeer, origin: Origin) {
    this.#core = core;
    this.#coverage = coverage;
    this.#peer = peer;
    this.#origin = origin;
  }

  all(): IterableIterator<PeerStream> {
    return this.#all.values();
  }

  /** The stream of a topic, if there is one. */
  known(namespace: string, topic: string): PeerStream | undefined {
    return this.#all.get(`${namespace}:${topic}`);
  }

  /** Streams with a route. */
  get routeCount(): number {
    let count = 0;
    for (const stream of this.#all.values()) if (stream.route !== null) count++;
    return count;
  }

  /** The epochs of its routes. */
  epochs(): Set<number> {
    const epochs = new Set<number>();
    for (const { route } of this.#all.values()) if (route !== null) epochs.add(route.epoch);
    return epochs;
  }

  /** The stream of a delivery with a route of its epoch. Undefined for names that break the rules, that no subscriber here wants, or past a limit. */
  find({ message, epoch }: DeliverySpan): PeerStream | undefined {
    const { buf, namespaceAt, topicAt, usernameAt } = message;
    let stream = this.#table.find(buf, namespaceAt, usernameAt);
    if (stream === undefined) {
      stream = this.ofNames(strictText(buf, namespaceAt + 2, topicAt), strictText(buf, topicAt + 2, usernameAt));
      if (stream === undefined) return undefined;
      this.#table.add(buf, namespaceAt, usernameAt, stream);
    }
    return stream.route?.epoch === epoch || this.open(stream, epoch) !== undefined ? stream : undefined;
  }

  /** The stream of a topic by name; undefined for names that break the rules. */
  ofNames(namespace: string | undefined, topic: string | undefined): PeerStream | undefined {
    if (namespace === undefined || topic === undefined) return undefined;
    const key = `${namespace}:${topic}`;
    const known = this.#all.get(key);
    if (known !== undefined) return known;
    if (checkNamespace(namespace) !== undefined) return undefined;
    if (checkTopic(topic, this.#core.config.topicLevelCount) !== undefined) return undefined;
    // What no subscriber here wants leaves nothing behind.
    if (!this.#coverage.covers(namespace, topic)) return undefined;
    const stream = new PeerStream(this.#peer, namespace, topic);
    this.#all.set(key, stream);
    return stream;
  }

  /** Gives a stream a route of this epoch. Undefined where no subscriber here wants the topic, or a limit stands in the way. */
  open(stream: PeerStream, epoch: number): Route | undefined {
    const { namespaces, epochs, intake, emit } = this.#core;
    const { namespace: name, topic } = stream;
    const namespace = namespaces.of(name);
    if (namespace?.isActive !== true || !this.#coverage.covers(name, topic)) return undefined;
    // The topic was deleted there and has come again.
    if (stream.route !== null) forgetPeerRoute(intake, stream.route);
    if (!namespace.topics.has(topic) && this.#isFull(namespace.topics.size)) return undefined;
    for (const other of [...namespace.peerRoutes(topic)]) {
      if (other.remote?.isOver === true) forgetPeerRoute(intake, other);
    }
    const route = namespace.addPeerRoute(epochs.nextRouteId(), topic, epoch, stream);
    route.origin = this.#origin;
    stream.route = route;
    emit({ kind: 'routeOpened', route: route.id, namespace: name, topic, epoch });
    return route;
  }

  /** Forgets the route of a topic that no subscriber here wants any more. */
  prune({ namespace, topic, route }: PeerStream): void {
    if (route !== null && !this.#coverage.covers(namespace, topic)) forgetPeerRoute(this.#core.intake, route);
  }

  #isFull(inNamespace: number): boolean {
    const { config, namespaces } = this.#core;
    return inNamespace >= config.maxTopicsPerNamespace || namespaces.topicCount >= config.limits.topicCount;
  }
}
