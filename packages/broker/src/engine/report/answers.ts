import { matchPattern } from '@pulsemq/protocol';
import type {
  EngineAnswer,
  EngineQuestion,
  KeptValue,
  ReaderFigures,
  SubscriptionFigures,
  SubscriptionList,
} from '../../port-questions.js';
import type { StoredValue } from '../fanout/batch/stored-value.js';
import { topicStatus } from '../freshness/topic-status.js';
import type { Route } from '../route/route.js';
import type { EngineCore } from '../session/core.js';
import type { Session } from '../session/session.js';
import { ofLane } from '../session/subscribe/entitled-interests.js';
import { laneFigures } from './lane-figures.js';

/** Questions about what the core has; the others are about what the engine composes. */
export type CoreQuestion = Exclude<EngineQuestion, { kind: 'cluster' | 'find' }>;

/** Answers a question of the control plane. `isListening`: both ports accept connections. */
export function answerQuestion(core: EngineCore, question: CoreQuestion, isListening: boolean): EngineAnswer {
  switch (question.kind) {
    case 'alive':
      return { kind: 'alive', isListening };
    case 'applied':
      return { kind: 'applied' };
    case 'subscriptions':
      return {
        kind: 'subscriptions',
        lists: question.connections.map((one) => subscriptionsOf(core, one, question.limitCount)),
      };
    case 'lanes': {
      const lanes = core.sessions.ofId(question.session)?.lanes() ?? [];
      return { kind: 'lanes', lanes: lanes.map((lane) => laneFigures(lane, core.clock.nowUs)) };
    }
    case 'readers':
      return { kind: 'readers', readers: readersOf(core, question) };
    case 'lastValue':
      return lastValueOf(core, question);
    case 'lastValues':
      return lastValuesOf(core, question);
    default:
      return question satisfies never;
  }
}

function subscriptionsOf(
  core: EngineCore,
  ids: { readonly session: number; readonly subscriber: number },
  limitCount: number,
): SubscriptionList {
  const session = core.sessions.ofId(ids.session);
  const prefixes = core.subscribers.ofId(ids.subscriber)?.prefixes;
  const listed: SubscriptionFigures[] = [];
  for (const lane of session?.lanes() ?? []) {
    for (const { namespace, pattern } of lane.subscriptions()) {
      if (listed.length >= limitCount) break;
      listed.push({ namespace, pattern });
    }
  }
  for (const prefix of prefixes ?? []) {
    if (listed.length >= limitCount) break;
    const colon = prefix.indexOf(':');
    listed.push({ namespace: prefix.slice(0, Math.max(0, colon)), pattern: `${prefix.slice(colon + 1)}...` });
  }
  return { count: (session?.subscriptionCount ?? 0) + (prefixes?.size ?? 0), listed };
}

function readersOf(core: EngineCore, question: Extract<EngineQuestion, { kind: 'readers' }>): ReaderFigures[] {
  const { namespace, topic, limitCount } = question;
  const readers: ReaderFigures[] = [];
  for (const session of core.sessions.all()) {
    if (readers.length >= limitCount) break;
    const reader = readerOf(core, session, namespace, topic);
    if (reader !== undefined) readers.push(reader);
  }
  const key = `${namespace}:${topic}`;
  for (const connection of core.subscribers.unbound()) {
    if (readers.length >= limitCount) break;
    for (const prefix of connection.prefixes) {
      if (!key.startsWith(prefix)) continue;
      readers.push({ session: 0, subscriber: connection.id, pattern: `${prefix}...` });
      break;
    }
  }
  return readers;
}

/** The first lane of a session that gets the messages of a topic. */
function readerOf(core: EngineCore, session: Session, namespace: string, topic: string): ReaderFigures | undefined {
  for (const lane of session.lanes()) {
    if (lane.subscriber === null) continue;
    for (const interest of ofLane(lane, core.namespaces)) {
      if (interest.namespace !== namespace || !matchPattern(interest.pattern, topic)) continue;
      return { session: session.id, subscriber: lane.subscriber.id, pattern: interest.pattern };
    }
  }
  return undefined;
}

function lastValueOf(core: EngineCore, question: Extract<EngineQuestion, { kind: 'lastValue' }>): EngineAnswer {
  const { topic, limitBytes } = question;
  const namespace = core.namespaces.of(question.namespace);
  const route = namespace?.newest(topic);
  const none = (state: 'notKept' | 'notYet' | 'noRoom' | 'unpublished'): EngineAnswer => {
    return { kind: 'lastValue', state, value: null };
  };
  const wasKept = route?.keepsLastValue === true;
  if (namespace !== undefined && !namespace.keepsLastValues) core.watches.watch(namespace, topic);
  if (route === undefined) return none('unpublished');
  const value = core.lastValues.of(route);
  if (value === null) {
    if (!wasKept) return none('notKept');
    return none(route.isLeftOut ? 'noRoom' : 'notYet');
  }
  return { kind: 'lastValue', state: 'kept', value: keptValue(core, route, value, limitBytes) };
}

function lastValuesOf(core: EngineCore, question: Extract<EngineQuestion, { kind: 'lastValues' }>): EngineAnswer {
  const namespace = core.namespaces.of(question.namespace);
  const values = question.topics.map((topic) => {
    const route = namespace?.newest(topic);
    const value = route === undefined ? null : core.lastValues.of(route);
    return value === null ? null : keptValue(core, route!, value, question.limitBytes);
  });
  return { kind: 'lastValues', values };
}

function keptValue(core: EngineCore, route: Route, value: StoredValue, limitBytes: number): KeptValue {
  // A copy of its own size: the whole memory of a view goes through the port.
  const frames = new Uint8Array(bodyOf(value, route).subarray(0, limitBytes));
  const { epoch, sequence } = route;
  const status = topicStatus(core.freshness, core.clock, route.namespace, route.topic);
  return { frames, epoch, sequence, receivedAtUs: value.receivedAtUs, status };
}

/** Frames 0 to 4 of a value as the publisher sent them. */
function bodyOf({ memory, start, bodyEnd, large }: StoredValue, { keyStart, keyEnd }: Route): Buffer {
  if (large === null) return memory.buffer.subarray(start, bodyEnd);
  return Buffer.concat(large.chunks!).subarray(keyEnd - keyStart, large.endBytes - large.tailBytes);
}
