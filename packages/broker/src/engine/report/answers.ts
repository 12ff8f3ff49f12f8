import { matchPattern } from '@pulsemq/protocol';
import type {
  EngineAnswer,
  EngineQuestion,
  ReaderFigures,
  SubscriptionFigures,
  SubscriptionList,
} from '../../port-questions.js';
import type { EngineCore } from '../session/core.js';
import { ofSession } from '../session/subscribe/entitled-interests.js';

/** Answers a question of the control plane. `isListening`: both ports accept connections. */
export function answerQuestion(core: EngineCore, question: EngineQuestion, isListening: boolean): EngineAnswer {
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
    case 'readers':
      return { kind: 'readers', readers: readersOf(core, question) };
    case 'lastValue':
      return lastValueOf(core, question);
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
  const told: SubscriptionFigures[] = [];
  for (const { namespace, pattern } of session?.subscriptions() ?? []) {
    if (told.length >= limitCount) break;
    told.push({ namespace, pattern });
  }
  for (const prefix of prefixes ?? []) {
    if (told.length >= limitCount) break;
    const colon = prefix.indexOf(':');
    told.push({ namespace: prefix.slice(0, Math.max(0, colon)), pattern: `${prefix.slice(colon + 1)}...` });
  }
  return { count: (session?.subscriptionCount ?? 0) + (prefixes?.size ?? 0), told };
}

function readersOf(core: EngineCore, question: Extract<EngineQuestion, { kind: 'readers' }>): ReaderFigures[] {
  const { namespace, topic, limitCount } = question;
  const readers: ReaderFigures[] = [];
  for (const session of core.sessions.all()) {
    if (readers.length >= limitCount) break;
    if (session.subscriber === null) continue;
    for (const interest of ofSession(session, core.namespaces)) {
      if (interest.namespace !== namespace || !matchPattern(interest.pattern, topic)) continue;
      readers.push({ session: session.id, subscriber: session.subscriber.id, pattern: interest.pattern });
      break;
    }
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

function lastValueOf(core: EngineCore, question: Extract<EngineQuestion, { kind: 'lastValue' }>): EngineAnswer {
  const { topic, limitBytes } = question;
  const namespace = core.namespaces.of(question.namespace);
  const route = namespace?.route(topic);
  const none = (state: 'notKept' | 'notYet' | 'noRoom' | 'unpublished'): EngineAnswer => {
    return { kind: 'lastValue', state, value: null };
  };
  const wasKept = route?.keepsLastValue === true;
  if (namespace !== undefined && !namespace.keepsLastValues) core.watches.watch(namespace, topic);
  if (route === undefined) return none('unpublished');
  const value = core.lastValues.of(route);
  if (value === undefined || value.sequence !== route.sequence) {
    if (!wasKept || value !== undefined) return none('notKept');
    return none(core.lastValues.isLeftOut(route) ? 'noRoom' : 'notYet');
  }
  const { bytes, sequence, receivedAtUs } = value;
  const frames = Buffer.from(bytes.subarray(0, limitBytes));
  return {
    kind: 'lastValue',
    state: 'kept',
    value: { frames, epoch: route.epoch, sequence, receivedAtUs, isStale: route.isStale },
  };
}
