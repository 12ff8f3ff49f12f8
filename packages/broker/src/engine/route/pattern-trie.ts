import type { InterestGroup } from '../fanout/interest-group.js';
import type { IndexedInterest } from './interest.js';

interface Node {
  /** Patterns that end here. */
  ends: IndexedInterest[] | null;
  /** Patterns that go on with `>`. */
  rest: IndexedInterest[] | null;
  star: Node | null;
  literals: Map<string, Node> | null;
}

const newNode = (): Node => ({ ends: null, rest: null, star: null, literals: null });

const isEmpty = (node: Node): boolean =>
  node.ends === null && node.rest === null && node.star === null && node.literals === null;

/**
 * Patterns by their levels. Three levels bound a match to fifteen nodes. Only the cold path walks it: a route keeps what was found until the
 * generation of its namespace changes.
 */
export class PatternTrie {
  readonly #root = newNode();

  add(pattern: string, interest: IndexedInterest): void {
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
  remove(pattern: string, group: InterestGroup): void {
    removeAt(this.#root, pattern.split('.'), 0, group);
  }

  /** Adds the group of every matching pattern to `found`. */
  match(topic: string, found: Set<InterestGroup>): void {
    matchAt(this.#root, topic.split('.'), 0, topic, found);
  }
}

function childOf(node: Node, level: string): Node {
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

function without(list: IndexedInterest[] | null, group: InterestGroup): IndexedInterest[] | null {
  if (list === null) return null;
  const at = list.findIndex((interest) => interest.group === group);
  if (at < 0) return list;
  return list.length === 1 ? null : list.toSpliced(at, 1);
}

function removeAt(node: Node, levels: string[], depth: number, group: InterestGroup): void {
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

function prune(node: Node, level: string): void {
  if (level === '*') {
    node.star = null;
    return;
  }
  node.literals?.delete(level);
  if (node.literals?.size === 0) node.literals = null;
}

function matchAt(node: Node, levels: string[], depth: number, topic: string, found: Set<InterestGroup>): void {
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

function collect(list: IndexedInterest[] | null, topic: string, found: Set<InterestGroup>): void {
  if (list === null) return;
  for (const interest of list) {
    if (interest.prefixes.covers(topic)) found.add(interest.group);
  }
}
