import {
  checkPattern,
  type HeadListing,
  matchPattern,
  type PermissionListing,
  RoleLevel,
  type SubscriptionListing,
} from '@pulsemq/protocol';
import type { Namespace } from '../route/namespace.js';
import { jsonOfNames } from '../route/topic-list.js';
import type { User } from './auth/user.js';
import type { EngineCore } from './core.js';
import type { Subscription } from './lane.js';
import type { Session } from './session.js';
import { RawJson } from './wire/python-json.js';

/** QUERY: lists what a user may see. Answers come from memory. */

/** Topics of one page. */
const pageTopicCount = 5_000;

const roleNames = { [RoleLevel.sub]: 'SUB', [RoleLevel.pub]: 'PUB', [RoleLevel.admin]: 'ADMIN' } as const;

/** The data of the answer, or the text of what is wrong with the question. */
export function answerQuery(
  core: EngineCore,
  session: Session,
  query: Record<string, unknown> | undefined,
): { data: unknown } | string {
  const { user } = session;
  if (query === undefined) return 'bad query: the payload is not a JSON object';
  switch (query.type) {
    case 'namespaces':
      return { data: listNamespaces(core, user) };
    case 'topics':
      if (typeof query.namespace !== 'string') return 'bad query: "namespace" must be a string';
      if (query.page !== undefined && !isPage(query.page)) return 'bad query: "page" must be a whole number from 0';
      return { data: listTopics(core, user, query.namespace, query.page) };
    case 'permission':
      return { data: listPermissions(core, user) };
    case 'subscriptions':
      return { data: listSubscriptions(session) };
    case 'heads':
      return answerHeads(core, user, query);
    default:
      return `bad query: type ${JSON.stringify(query.type) ?? 'undefined'} is unknown, expected namespaces, topics, permission, subscriptions, heads or history`;
  }
}

function listNamespaces(core: EngineCore, user: User): object[] {
  return visible(core, user).map(({ name, topics }) => ({
    name,
    topics: new RawJson(topics.json()),
    topic_count: topics.size,
  }));
}

/** All topics, or one page of them as `{"topics", "next"}` where the query names a page. */
function listTopics(core: EngineCore, user: User, name: string, page: number | undefined): object {
  const namespace = core.namespaces.of(name);
  const isVisible = namespace !== undefined && user.levelIn(namespace) >= RoleLevel.sub;
  if (page === undefined) return isVisible ? new RawJson(namespace.topics.json()) : [];
  const names = isVisible ? namespace.topics.sorted() : [];
  const end = (page + 1) * pageTopicCount;
  const topics = new RawJson(jsonOfNames(names.slice(page * pageTopicCount, end)));
  return { topics, next: end < names.length ? page + 1 : null };
}

function listPermissions(core: EngineCore, user: User): PermissionListing {
  const namespaces: Record<string, 'SUB' | 'PUB' | 'ADMIN'> = {};
  if (!user.hasAllRights) {
    for (const namespace of visible(core, user)) {
      namespaces[namespace.name] = roleNames[user.levelIn(namespace) as keyof typeof roleNames];
    }
  }
  return { type: user.type, namespaces };
}

/** What the session has asked for and not taken back, with or without a right to it at the moment. */
const listSubscriptions = (session: Session): SubscriptionListing[] =>
  session
    .lanes()
    .flatMap((lane) => [...lane.subscriptions()].map((one) => listed(one, lane.index)))
    .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.pattern, b.pattern) || compareLanes(a, b));

/** Lane 0 is not named: clients of 0.3.0 know no lanes. */
const listed = ({ namespace, pattern }: Subscription, lane: number): SubscriptionListing =>
  lane === 0 ? { namespace, pattern } : { namespace, pattern, lane };

const compareLanes = ({ lane: a = 0 }: SubscriptionListing, { lane: b = 0 }: SubscriptionListing): number => a - b;

/** The last sequence of each topic that matches, so that a client finds what it has missed. A page is a range of topics, matching or not. */
function answerHeads(core: EngineCore, user: User, query: Record<string, unknown>): { data: HeadListing } | string {
  const { namespace: name, pattern, page = 0 } = query;
  if (typeof name !== 'string') return 'bad query: "namespace" must be a string';
  if (typeof pattern !== 'string') return 'bad query: "pattern" must be a string';
  const reason = checkPattern(pattern, core.config.topicLevelCount);
  if (reason !== undefined) return `bad query: ${reason}`;
  if (!isPage(page)) return 'bad query: "page" must be a whole number from 0';
  const namespace = core.namespaces.of(name);
  if (namespace === undefined || user.levelIn(namespace) < RoleLevel.sub) return { data: { heads: [], next: null } };
  const end = (page + 1) * pageTopicCount;
  const heads: [string, number, number][] = [];
  for (const route of namespace.routesBetween(page * pageTopicCount, end)) {
    if (matchPattern(pattern, route.topic)) heads.push([route.topic, route.epoch, route.sequence]);
  }
  return { data: { heads, next: end < namespace.routeEnd ? page + 1 : null } };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Namespaces that the user may read: those of the store by id, then new ones without an id yet. */
function visible(core: EngineCore, user: User): Namespace[] {
  const fresh = [...core.namespaces.all()].filter((namespace) => namespace.id === 0 && namespace.topics.size > 0);
  return [...core.namespaces.registered(), ...fresh].filter((namespace) => user.levelIn(namespace) >= RoleLevel.sub);
}

const isPage = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
