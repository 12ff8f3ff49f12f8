import type { IndexedInterest } from './interest.js';

interface Node<Group> {
  /** Patterns that end here. */
  ends: IndexedInterest<Group>[] | null;
  /** Patterns that go on with `>`. */
  rest: IndexedInterest<Group>[] | null;
  star: Node<Group> | null;
  literals: Map<string, Node<Group>> | null;
}

const newNode = <Group>(): Node<Group> => ({ ends: null, rest: null, star: null, literals: null });

const isEmpty = (node: Node<unknown>): boolean =>
  node.ends === null && node.rest === null && node.star === null && node.literals === null;

/**
 * Patterns by their levels. Three levels bound a match to 15 nodes, eight to 511. Only the cold path walks it: a route keeps what was found until the
 * generation of its namespace changes.
 */
export class PatternTrie<Group> {
  readonly #root = newNode<Group>();

  add(pattern: string, interest: IndexedInterest<Group>): void {
    let node = this.#root;
    const levels = pattern.split('.');
    if (levels[levels.length - 1] === '>') {
      for (const level of levels.slice(0, -1)) node = childOf(node, level);
      node.rest = [...(node.rest ?? []), interest];
      return;
    }
    for (const level of levels) node = childOf(node, level);
    node.ends = [...(node.ends ?? []), interest];
  }

  /** Takes out what `add` put in for this pattern and group; empty nodes go with it. */
  remove(pattern: string, group: Group): void {
    removeAt(this.#root, pattern.split('.'), 0, group);
  }

  /** Adds the group of every matching pattern to `found`. */
  match(topic: string, found: Set<Group>): void {
    matchAt(this.#root, topic.split('.'), 0, topic, found);
  }
}

function childOf<Group>(node: Node<Group>, level: string): Node<Group> {
  if (level === '*') {
    node.star ??= newNode();
    return node.star;
  }
  node.literals ??= new Map();
  let child = node.literals.get(level);
  if (child === undefined) {
    child = newNode();
    node.literals.set(level, child);
  }
  return child;
}

function without<Group>(list: IndexedInterest<Group>[] | null, group: Group): IndexedInterest<Group>[] | null {
  if (list === null) return null;
  const at = list.findIndex((interest) => interest.group === group);
  if (at < 0) return list;
  return list.length === 1 ? null : list.toSpliced(at, 1);
}

function removeAt<Group>(node: Node<Group>, levels: string[], depth: number, group: Group): void {
  const level = levels[depth];
  if (level === undefined) {
    node.ends = without(node.ends, group);
  } else if (level === '>') {
    node.rest = without(node.rest, group);
  } else {
    const child = level === '*' ? node.star : node.literals?.get(level);
    if (child === null || child === undefined) return;
    removeAt(child, levels, depth + 1, group);
    if (isEmpty(child)) prune(node, level);
  }
}

function prune(node: Node<unknown>, level: string): void {
  if (level === '*') {
    node.star = null;
    return;
  }
  node.literals?.delete(level);
  if (node.literals?.size === 0) node.literals = null;
}

function matchAt<Group>(node: Node<Group>, levels: string[], depth: number, topic: string, found: Set<Group>): void {
  const level = levels[depth];
  if (level === undefined) {
    collect(node.ends, topic, found);
    return;
  }
  collect(node.rest, topic, found);
  const literal = node.literals?.get(level);
  if (literal !== undefined) matchAt(literal, levels, depth + 1, topic, found);
  if (node.star !== null) matchAt(node.star, levels, depth + 1, topic, found);
}

function collect<Group>(list: IndexedInterest<Group>[] | null, topic: string, found: Set<Group>): void {
  if (list === null) return;
  for (const interest of list) {
    if (interest.prefixes.covers(topic)) found.add(interest.group);
  }
}
