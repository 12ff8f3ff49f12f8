import { keyFrame } from '@pulsemq/protocol';
import type { InterestGroup } from '../fanout/interest-group.js';
import { PacedGroup } from '../fanout/paced-group.js';
import type { Interest } from './interest.js';
import type { KeyArena } from './key-arena.js';
import type { MessageLog } from './message-log.js';
import { PatternTrie } from './pattern-trie.js';
import { PeerRoutes } from './peer-routes.js';
import { allTopics } from './prefix-set.js';
import { PrefixTable } from './prefix-table.js';
import type { RemoteStream } from './remote-stream.js';
import { Route } from './route.js';
import { TopicList, type TopicTotal } from './topic-list.js';

/** What takes note of the topics of a namespace. */
export interface TopicWatch {
  /** A topic that was published to for the first time, or is registered. */
  added(topic: string, route: Route | null): void;
  removed(topic: string): void;
  /** A route of the topic is gone; `left` is one that it still has. */
  routeRemoved(topic: string, left: Route | null): void;
}

/**
 * One namespace: its topics, its routes and the interest in them. It knows no other namespace, so tenants cannot meet and the tables
 * stay small.
 */
export class Namespace {
  readonly name: string;
  /** The store's id; 0 until the store has given one. */
  id = 0;
  isActive = true;
  /** The last value of each topic is kept. */
  keepsLastValues = false;
  /** Its messages are to be kept in the journal. */
  keepsHistory = false;
  /** What keeps its messages; null while nothing does. */
  log: MessageLog | null = null;
  /** Changes when interest appears or vanishes; a route with an older generation looks for its groups again. */
  generation = 0;
  /** The topics that queries list: registered ones and those published to. */
  readonly topics: TopicList;
  /** What takes note of its topics; null while nothing does. */
  topicWatch: TopicWatch | null = null;
  /** Topics whose last value an operator has asked for, and until when it is kept for that, milliseconds of the monotonic clock. */
  readonly #watchedUntilMs = new Map<string, number>();
  readonly #keys: KeyArena;
  readonly #routes = new Map<string, Route>();
  /** Routes of streams from other brokers; null while there are none. */
  #peerRoutes: PeerRoutes<Route> | null = null;
  /** The same routes in the order of their first message; a deleted one leaves a hole. */
  #list: (Route | null)[] = [];
  #holeCount = 0;
  /** How often the list was compacted: the indexes of its routes have changed then. */
  compactionCount = 0;
  /** Snapshots that go through the list: it must not be compacted meanwhile. */
  snapshotCount = 0;
  readonly #patterns = new PatternTrie<InterestGroup>();
  readonly #prefixes = new PrefixTable();
  #lastGroups: readonly InterestGroup[] = [];

  constructor(name: string, total: TopicTotal, keys: KeyArena) {
    this.name = name;
    this.topics = new TopicList(total);
    this.#keys = keys;
  }

  get routeCount(): number {
    return this.#routes.size;
  }

  /** The routes of what publishers of this broker send. */
  ownRoutes(): IterableIterator<Route> {
    return this.#routes.values();
  }

  /** All routes, those of streams from other brokers too. */
  *routes(): Generator<Route> {
    yield* this.#routes.values();
    if (this.#peerRoutes !== null) yield* this.#peerRoutes.all();
  }

  /** End of the list of routes: one more than the index of the newest. */
  get routeEnd(): number {
    return this.#list.length;
  }

  /** The route at an index of the list; null where it was deleted. */
  routeAt(index: number): Route | null {
    return this.#list[index] ?? null;
  }

  /** The routes with an index in [start, end). */
  *routesBetween(start: number, end: number): Generator<Route> {
    for (let index = start; index < Math.min(end, this.#list.length); index++) {
      const route = this.#list[index]!;
      if (route !== null) yield route;
    }
  }

  /** The route of a topic that has been published to on this broker. */
  route(topic: string): Route | undefined {
    return this.#routes.get(topic);
  }

  /** The route with the newest message of a topic, whichever broker it was published on. */
  newest(topic: string): Route | undefined {
    const own = this.#routes.get(topic);
    return this.#peerRoutes === null ? own : this.#peerRoutes.newest(topic, own);
  }

  /** Another route of the topic has a newer message than this one. */
  isOutdated(route: Route): boolean {
    return this.#peerRoutes !== null && this.newest(route.topic) !== route;
  }

  /** The routes of a topic whose messages come from other brokers. */
  peerRoutes(topic: string): readonly Route[] {
    return this.#peerRoutes?.of(topic) ?? [];
  }

  /** A route for a stream that comes from another broker. */
  addPeerRoute(id: number, topic: string, epoch: number, remote: RemoteStream): Route {
    const route = new Route(id, this, topic, epoch, this.#keys.store(keyFrame(this.name, topic)), remote);
    this.#peerRoutes ??= new PeerRoutes();
    this.#peerRoutes.add(route);
    this.#enlist(route);
    return route;
  }

  /** Forgets the route of a stream from another broker. The topic stays. */
  removePeerRoute(route: Route): void {
    if (this.#peerRoutes?.remove(route) !== true) return;
    this.#leaveHole(route);
    this.topicWatch?.routeRemoved(route.topic, this.newest(route.topic) ?? null);
  }

  /** A route for a topic's first message. */
  addRoute(id: number, topic: string, epoch: number): Route {
    const route = new Route(id, this, topic, epoch, this.#keys.store(keyFrame(this.name, topic)));
    this.#routes.set(topic, route);
    this.#enlist(route);
    return route;
  }

  #enlist(route: Route): void {
    route.isWatched = this.#watchedUntilMs.has(route.topic);
    route.listIndex = this.#list.push(route) - 1;
    this.topics.add(route.topic);
    this.topicWatch?.added(route.topic, route);
  }

  /** A topic that the store knows: queries list it before anything is published. */
  register(topic: string): void {
    this.topics.add(topic);
    this.topicWatch?.added(topic, null);
  }

  /** Forgets a topic. Returns the route it had, if any: when the topic returns it needs a new epoch. */
  removeTopic(topic: string): Route | undefined {
    const route = this.#routes.get(topic);
    this.topics.delete(topic);
    this.topicWatch?.removed(topic);
    this.#watchedUntilMs.delete(topic);
    this.#routes.delete(topic);
    if (route !== undefined) this.#leaveHole(route);
    return route;
  }

  #leaveHole(route: Route): void {
    this.#list[route.listIndex] = null;
    this.#holeCount++;
    if (this.snapshotCount > 0 || this.#holeCount < 1_000 || this.#holeCount * 2 < this.#list.length) return;
    this.#list = this.#list.filter((kept) => kept !== null);
    this.#holeCount = 0;
    this.compactionCount++;
    for (const [index, kept] of this.#list.entries()) kept!.listIndex = index;
  }

  /** Keeps the last value of a topic until then, also of one that has no message yet. */
  watch(topic: string, untilMs: number): void {
    this.#watchedUntilMs.set(topic, untilMs);
    const route = this.#routes.get(topic);
    if (route !== undefined) route.isWatched = true;
    for (const other of this.peerRoutes(topic)) other.isWatched = true;
  }

  /** Ends the watches that have run out. Returns the routes concerned, and whether watches are left. */
  endWatches(nowMs: number): { readonly ended: Route[]; readonly isEmpty: boolean } {
    const ended: Route[] = [];
    for (const [topic, untilMs] of this.#watchedUntilMs) {
      if (untilMs > nowMs) continue;
      this.#watchedUntilMs.delete(topic);
      for (const route of [this.#routes.get(topic), ...this.peerRoutes(topic)]) {
        if (route === undefined) continue;
        route.isWatched = false;
        ended.push(route);
      }
    }
    return { ended, isEmpty: this.#watchedUntilMs.size === 0 };
  }

  addInterest({ pattern, prefixes }: Interest, group: InterestGroup): void {
    if (pattern === '>' && prefixes !== allTopics) {
      for (const prefix of prefixes.prefixes) this.#prefixes.add(prefix, group);
    } else this.#patterns.add(pattern, { group, prefixes });
    this.generation++;
  }

  removeInterest({ pattern, prefixes }: Interest, group: InterestGroup): void {
    if (pattern === '>' && prefixes !== allTopics) {
      for (const prefix of prefixes.prefixes) this.#prefixes.remove(prefix, group);
    } else this.#patterns.remove(pattern, group);
    this.generation++;
  }

  /** Neighbouring topics mostly have the same groups: they share one array. */
  #shared(found: ReadonlySet<InterestGroup>): readonly InterestGroup[] {
    const last = this.#lastGroups;
    if (last.length !== found.size || !last.every((group) => found.has(group))) this.#lastGroups = [...found];
    return this.#lastGroups;
  }

  /** The groups of a route that are not paced; those that are stand in `route.paces` then. They are looked up again only when interest in this namespace has changed. */
  groupsOf(route: Route): readonly InterestGroup[] {
    if (route.generation === this.generation) return route.groups;
    const found = new Set<InterestGroup>();
    this.#patterns.match(route.topic, found);
    this.#prefixes.match(route.topic, found);
    route.paces = null;
    for (const group of found) {
      // What came from another broker is never sent on.
      if (route.remote !== null && group.takesOwnOnly) found.delete(group);
      if (!(group instanceof PacedGroup)) continue;
      found.delete(group);
      route.paces = [...(route.paces ?? []), group.paceOf(route)];
    }
    route.groups = this.#shared(found);
    route.generation = this.generation;
    return route.groups;
  }
}
