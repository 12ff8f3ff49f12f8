import type { InterestGroup } from '../fanout/interest-group.js';
import type { InterestAtom } from './interest.js';
import { PatternTrie } from './pattern-trie.js';
import { PrefixTable } from './prefix-table.js';
import { Route } from './route.js';

/**
 * One namespace: its topics, its routes and the interest in them. Nothing here knows another namespace, so tenants cannot
 * meet and the tables stay small.
 */
export class Namespace {
  readonly name: string;
  /** The store's id; 0 until the store has given one. */
  id = 0;
  isActive = true;
  /** The last value of each topic is kept. */
  keepsLastValues = false;
  /** Moves whenever interest appears or vanishes; a route with an older one looks for its groups again. */
  generation = 0;
  /** All topics anybody may ask for: registered ones and those published to. */
  readonly topics = new Set<string>();
  /** Topics whose last value somebody has asked for before their first message. */
  readonly watchedTopics = new Set<string>();
  readonly #routes = new Map<string, Route>();
  readonly #patterns = new PatternTrie();
  readonly #prefixes = new PrefixTable();

  constructor(name: string) {
    this.name = name;
  }

  get routeCount(): number {
    return this.#routes.size;
  }

  routes(): IterableIterator<Route> {
    return this.#routes.values();
  }

  /** The route of a topic that has been published to. */
  route(topic: string): Route | undefined {
    return this.#routes.get(topic);
  }

  /** A route for a topic's first message. */
  addRoute(id: number, topic: string, epoch: number): Route {
    const route = new Route(id, this, topic, epoch);
    route.isWatched = this.watchedTopics.delete(topic);
    this.#routes.set(topic, route);
    this.topics.add(topic);
    return route;
  }

  /** Forgets a topic. Gives the route it had: its next life needs a new epoch. */
  removeTopic(topic: string): Route | undefined {
    const route = this.#routes.get(topic);
    this.topics.delete(topic);
    this.watchedTopics.delete(topic);
    this.#routes.delete(topic);
    return route;
  }

  addInterest(atom: InterestAtom, group: InterestGroup): void {
    if (isPlainPrefix(atom)) this.#prefixes.add(atom.prefix, group);
    else this.#patterns.add(atom.pattern, { group, prefix: atom.prefix });
    this.generation++;
  }

  removeInterest(atom: InterestAtom, group: InterestGroup): void {
    if (isPlainPrefix(atom)) this.#prefixes.remove(atom.prefix, group);
    else this.#patterns.remove(atom.pattern, group, atom.prefix);
    this.generation++;
  }

  /** The groups of a route; found again only when interest in this namespace has changed. */
  groupsOf(route: Route): readonly InterestGroup[] {
    if (route.generation === this.generation) return route.groups;
    const found = new Set<InterestGroup>();
    this.#patterns.match(route.topic, found);
    this.#prefixes.match(route.topic, found);
    route.groups = [...found];
    route.generation = this.generation;
    return route.groups;
  }
}

const isPlainPrefix = (atom: InterestAtom): boolean => atom.pattern === '>' && atom.prefix !== '';
