import { checkTopic, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import type { ApiMessage } from '../../../port.js';
import type { EngineAnswer } from '../../../port-questions.js';
import { LargeMessage, type Message } from '../../fanout/batch/message.js';
import type { Origin } from '../../route/origin.js';
import type { EngineCore } from '../core.js';
import { Located, locate, RequestSpan } from '../wire/message-locator.js';
import { notStoredText } from '../wire/replies.js';
import { isLimitReached, openRoute } from './open-route.js';

/** The admin API as the origin of one message. It has no connection that could end, so it makes no topic stale. */
const apiOrigin = (userId: number): Origin => ({
  user: { id: userId },
  endedSteadyMs: null,
  takesOver: false,
  publishedCount: 0,
  publishedBytes: 0,
  hold: () => {},
  release: () => {},
});

/**
 * Publishes a message that came through the admin API and answers. Rights were checked there; the name is checked here, because
 * only the engine knows how many levels it may have. Where publishes wait until they are
 * durable, the answer comes then.
 */
export function publishFromApi(core: EngineCore, message: ApiMessage, answer: (answer: EngineAnswer) => void): void {
  const published = accept(core, message);
  const feed = core.journal?.feed ?? null;
  const isLogged = core.namespaces.of(message.namespace)?.log != null;
  if (published.kind !== 'published' || feed === null || !isLogged || !core.journal!.isSyncAwaited)
    return answer(published);
  const own = feed.appendedCount;
  feed.wait({
    settled: (number, isStored) => {
      if (number < own) return true;
      answer(isStored ? published : { kind: 'notStored', text: notStoredText });
      return false;
    },
  });
}

function accept(core: EngineCore, message: ApiMessage): EngineAnswer {
  const { namespace, topic, userId } = message;
  const reason = checkTopic(topic, core.config.topicLevelCount);
  if (reason !== undefined) return { kind: 'refused', text: reason };
  const route = openRoute(core, userId, namespace, topic);
  if (isLimitReached(route)) return { kind: 'refused', text: route.text };
  core.intake.accept(route, encode(message, core.clock.nowMs), apiOrigin(userId));
  core.intake.endRead();
  return {
    kind: 'published',
    sequence: route.sequence,
    epoch: route.epoch,
    receivedAtUs: core.clock.nowUs,
    subscriberCount: route.subscriberCount,
  };
}

/** The message as a publisher would have sent it. */
function encode({ format, flags, namespace, topic, username, payload }: ApiMessage, nowMs: number): Message {
  const header = { type: MessageType.pub, format, flags, timestamp: nowMs };
  const encoded = encodeMessage(messageFrames({ ...header, namespace, topic, username, payload }));
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length);
  const span = new RequestSpan();
  if (locate(bytes, 0, bytes.length, span) === Located.whole) return span;
  return new LargeMessage([bytes.subarray(0, span.payloadEnd)], [], noReserved, payload.length);
}

const noReserved = Buffer.alloc(0);
