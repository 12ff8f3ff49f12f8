import type { Gap } from './events.js';
import type { ReceivedMessage } from './received-message.js';
import type { TopicState } from './topic-state.js';
import { lastSequence, mayMissMessages, settleStreams, switchStream } from './topic-streams.js';

/** The largest count of updates that a delivery can carry: it stands for this many or more. */
const countMax = 65_535;

/** The gap between the last message of a stream and this live one, or null. Stores this one as the last message. */
export function gapBefore(state: TopicState, message: ReceivedMessage): Gap | null {
  const { sequence, epoch } = message;
  if (epoch === state.epoch && sequence === state.sequence + 1) {
    state.sequence = sequence;
    state.isResumed = false;
    return null;
  }
  if (sequence === 0) return null;
  if (epoch !== state.epoch) {
    const isFirst = lastSequence(state, epoch) === 0;
    if (isFirst) return newStream(state, epoch, sequence, sequence - 1);
    switchStream(state, epoch);
  }
  state.isResumed = false;
  const last = state.sequence;
  if (sequence <= last) return null;
  state.sequence = sequence;
  if (last === 0) return null;
  const { isConflated, conflatedCount } = message;
  if (isConflated && conflatedCount >= countMax) return null;
  return gapOf(state, last + 1, sequence - conflatedCount);
}

/**
 * True for a live message that has arrived already: at the broker that the client was at before, or from a journal. Its way to the present one
 * may be longer.
 */
export function isDuplicate(state: TopicState, { epoch, sequence }: ReceivedMessage): boolean {
  if (sequence === 0) return false;
  if (epoch === state.epoch) return state.isResumed && sequence <= state.sequence;
  const kept = state.others?.get(epoch);
  return kept !== undefined && sequence <= kept.sequence;
}

/** True if the stream has had a newer message than this image. */
export const isOlderImage = (state: TopicState, { epoch, sequence }: ReceivedMessage): boolean =>
  sequence < lastSequence(state, epoch);

/**
 * The gap before an image, or null. On a connection that goes on, an image shows no gap: a conflating lane may still have the updates
 * before it. `isTakenByAll`: every subscription of the topic gets the image, so it is not missing itself.
 */
export function gapBeforeImage(state: TopicState, image: ReceivedMessage, isTakenByAll: boolean): Gap | null {
  if (state.sequence !== 0 && !mayMissMessages(state)) return null;
  return gapUpTo(state, image.epoch, image.sequence, isTakenByAll ? 1 : 0);
}

/**
 * The gap of a stream whose newest message has this epoch and sequence, or null. Stores them. `arrivedCount`: 1 if that message has arrived.
 */
export function gapUpTo(state: TopicState, epoch: number, sequence: number, arrivedCount: 0 | 1): Gap | null {
  if (sequence === 0 || sequence <= lastSequence(state, epoch)) return null;
  if (epoch !== state.epoch) {
    if (lastSequence(state, epoch) === 0) return newStream(state, epoch, sequence, sequence - arrivedCount);
    switchStream(state, epoch);
  }
  const last = state.sequence;
  state.sequence = sequence;
  state.isResumed = false;
  return last === 0 ? null : gapOf(state, last + 1, sequence - arrivedCount);
}

/**
 * The gap between the last message of a topic and this one of a replay, or null. Stores this one as the last message. Another epoch begins when the
 * topic was deleted and came back, or after an unclean stop, and then it is not known how many messages were not stored.
 */
export function gapInReplay(state: TopicState, { sequence, epoch }: ReceivedMessage): Gap | null {
  const { sequence: last, epoch: lastEpoch } = state;
  if (epoch !== lastEpoch) switchStream(state, epoch);
  state.sequence = sequence;
  if (last === 0) return null;
  return epoch === lastEpoch ? gapOf(state, last + 1, sequence - 1) : unknownGap(state);
}

/**
 * A stream begins: another broker has got a publisher, or the topic was deleted and is back. After a new connection it may also stand for one
 * whose broker was started again, and then the end of that one is unknown. Until the broker's streams are known, the beginning may be missing, too,
 * also when another stream has gone on: `missedMaxCount` messages.
 */
function newStream(state: TopicState, epoch: number, sequence: number, missedMaxCount: number): Gap | null {
  const isUnsure = mayMissMessages(state) || (state.unsure !== null && missedMaxCount > 0);
  const isUnknown = state.sequence > 0 && isUnsure;
  switchStream(state, epoch);
  state.sequence = sequence;
  if (!isUnknown) return null;
  settleStreams(state);
  return unknownGap(state);
}

/** The gap of a stream whose end is unknown. */
export const unknownGap = ({ namespace, topic }: TopicState): Gap => ({
  namespace,
  topic,
  epochChanged: true,
  from: undefined,
  to: undefined,
  missedCount: undefined,
});

function gapOf({ namespace, topic }: TopicState, from: number, to: number): Gap | null {
  if (to < from) return null;
  return { namespace, topic, epochChanged: false, from, to, missedCount: to - from + 1 };
}
