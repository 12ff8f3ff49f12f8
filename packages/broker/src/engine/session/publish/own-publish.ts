import { headerBytes, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage, frameHeaderBytes } from '@pulsemq/zmtp';
import type { EngineAnswer, EngineQuestion } from '../../../port-questions.js';
import { deliver, fitsSlab } from '../../fanout/batch/delivery.js';
import { largeBatch } from '../../fanout/batch/large-batch.js';
import type { EngineCore } from '../core.js';
import { RequestSpan } from '../wire/message-locator.js';
import { PublishGate } from './publish-gate.js';

type PublishQuestion = Extract<EngineQuestion, { kind: 'publish' }>;

/** Nobody's connection: what the broker publishes itself makes no topic stale. */
const brokerPublisher = (id: number) => ({ isEnded: false, user: { id } });

/** Publishes a message that came through the admin API. */
export function publishOwn(core: EngineCore, question: PublishQuestion): EngineAnswer {
  const { namespace, topic, username, payload, format, flags, userId } = question;
  const { counters, clock, fanOut, lastValues, namespaces } = core;
  const route = new PublishGate(core).routeOf(userId, namespaces.ofOrNew(namespace), topic);
  if (route === undefined) {
    return {
      kind: 'refused',
      text: `namespace ${namespace} has ${core.config.maxTopicsPerNamespace} topics, the limit`,
    };
  }
  const frames = messageFrames({
    type: MessageType.pub,
    format,
    flags,
    timestamp: clock.nowMs,
    namespace,
    topic,
    username,
    payload,
  });
  const bytes = Buffer.from(encodeMessage(frames));
  const span = spanOf(bytes, payload.length);
  route.advance(payload.length);
  route.publisher ??= brokerPublisher(userId);
  if (route.turnCount++ === 0) fanOut.touch(route);
  counters.publishedCount++;
  counters.publishedBytes += payload.length;
  const groups = route.namespace.groupsOf(route);
  route.noteMatches(groups);
  if (route.keepsLastValue) lastValues.keep(route, [bytes.subarray(0, span.payloadEnd)]);
  if (groups.length > 0) {
    if (fitsSlab(bytes.length)) deliver(groups, route, bytes, span, clock);
    else {
      const chunks = [bytes.subarray(0, span.payloadEnd)];
      fanOut.deliverLarge(groups, largeBatch(route, chunks, [], Buffer.alloc(0), clock), []);
    }
  }
  return {
    kind: 'published',
    sequence: route.sequence,
    epoch: route.epoch,
    receivedAtUs: clock.nowUs,
    subscriberCount: route.subscriberCount,
  };
}

/** Where the parts lie: the last frame, the reserved one, is empty. */
function spanOf(bytes: Buffer, payloadBytes: number): RequestSpan {
  const span = new RequestSpan();
  span.reservedEnd = bytes.length;
  span.reservedStart = bytes.length;
  span.payloadEnd = bytes.length - frameHeaderBytes(0);
  span.payloadStart = span.payloadEnd - payloadBytes;
  span.namespaceAt = 2 + headerBytes;
  return span;
}
