import type { ApiTopic } from '@pulsemq/protocol';
import { inNameOrder } from '../../format/name-order.js';

/** A namespace or a level of topic names, with the sums of its topics. */
export interface GroupRow {
  readonly kind: 'group';
  /** `namespace`, `namespace:level`, and so on. */
  readonly path: string;
  readonly label: string;
  readonly depth: number;
  readonly isOpen: boolean;
  readonly topicCount: number;
  readonly msgRate: number;
  readonly byteRate: number;
  readonly droppedTotal: number;
  readonly staleCount: number;
  /** A subscriber of several of its topics counts once for each. */
  readonly subscriberCount: number;
  readonly highestP99Us: number | null;
  /** Its topics. */
  readonly ids: readonly number[];
  readonly lastPublishedAt: string | null;
}

export interface TopicRow {
  readonly kind: 'topic';
  readonly depth: number;
  /** The part of the name that its groups do not show. */
  readonly label: string;
  readonly topic: ApiTopic;
}

export type TreeRow = GroupRow | TopicRow;

interface Node {
  readonly path: string;
  readonly label: string;
  readonly children: Map<string, Node>;
  /** The topic with exactly this name. */
  own: ApiTopic | null;
  /** This topic and all below it. */
  readonly topics: ApiTopic[];
}

const nodeOf = (path: string, label: string): Node => ({ path, label, children: new Map(), own: null, topics: [] });

function childOf(node: Node, label: string, path: string): Node {
  const known = node.children.get(label);
  if (known !== undefined) return known;
  const made = nodeOf(path, label);
  node.children.set(label, made);
  return made;
}

function add(root: Node, topic: ApiTopic): void {
  let node = childOf(root, topic.namespace, topic.namespace);
  node.topics.push(topic);
  let path = topic.namespace;
  let separator = ':';
  for (const level of topic.name.split('.')) {
    path += separator + level;
    separator = '.';
    node = childOf(node, level, path);
    node.topics.push(topic);
  }
  node.own = topic;
}

const sum = (topics: readonly ApiTopic[], read: (live: NonNullable<ApiTopic['live']>) => number): number => {
  let total = 0;
  for (const { live } of topics) if (live !== null) total += read(live);
  return total;
};

function latest(topics: readonly ApiTopic[]): string | null {
  let last: string | null = null;
  for (const { live } of topics)
    if (live !== null && (last === null || live.last_published_at > last)) last = live.last_published_at;
  return last;
}

function highestP99(topics: readonly ApiTopic[]): number | null {
  let highest: number | null = null;
  for (const { live } of topics) {
    const p99 = live?.latency.broker_to_socket_us?.p99;
    if (p99 !== undefined && (highest === null || p99 > highest)) highest = p99;
  }
  return highest;
}

const groupRow = (node: Node, depth: number, isOpen: boolean): GroupRow => ({
  kind: 'group',
  path: node.path,
  label: node.label,
  depth,
  isOpen,
  topicCount: node.topics.length,
  msgRate: sum(node.topics, (live) => live.msg_rate),
  byteRate: sum(node.topics, (live) => live.byte_rate),
  droppedTotal: sum(node.topics, (live) => live.dropped_total),
  staleCount: node.topics.filter((topic) => topic.is_stale).length,
  subscriberCount: sum(node.topics, (live) => live.subscriber_count),
  highestP99Us: highestP99(node.topics),
  ids: node.topics.map(({ id }) => id),
  lastPublishedAt: latest(node.topics),
});

function visit(node: Node, depth: number, isOpen: (path: string, depth: number) => boolean, rows: TreeRow[]): void {
  for (const child of inNameOrder([...node.children.values()], ({ label }) => label)) {
    const only = child.topics[0];
    // Below the namespaces a group with one topic adds nothing: the topic is shown instead.
    if (depth > 0 && child.topics.length === 1 && only !== undefined) {
      const label = `${only.namespace}:${only.name}`.slice(node.path.length + 1);
      rows.push({ kind: 'topic', depth, label, topic: only });
      continue;
    }
    const open = isOpen(child.path, depth);
    rows.push(groupRow(child, depth, open));
    if (!open) continue;
    if (child.own !== null) rows.push({ kind: 'topic', depth: depth + 1, label: child.label, topic: child.own });
    visit(child, depth + 1, isOpen, rows);
  }
}

/** The rows of the open groups: namespaces, levels and topics, each in the order of their names. */
export function treeRows(
  topics: readonly ApiTopic[],
  isOpen: (path: string, depth: number) => boolean,
): readonly TreeRow[] {
  const root = nodeOf('', '');
  for (const topic of topics) add(root, topic);
  const rows: TreeRow[] = [];
  visit(root, 0, isOpen, rows);
  return rows;
}
