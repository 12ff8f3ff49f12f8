import type { Gap } from './events.js';
import type { ReceivedMessage } from './received-message.js';
import type { TopicState } from './topic-table.js';

/** The largest count of updates that a delivery can carry: it stands for this many or more. */
const countMax = 65_535;

/** The gap between the last message of a topic and this live one, or null. Stores this one as the last message. */
export function gapBefore(state: TopicState, message: ReceivedMessage): Gap | null {
  const { sequence, epoch } = message;
  const last = state.sequence;
  state.isResumed = false;
  if (epoch === state.epoch && sequence === last + 1) {
    state.sequence = sequence;
    return null;
  }
  if (sequence === 0) return null;
  const isNewEpoch = epoch !== state.epoch;
  if (!isNewEpoch && sequence <= last) return null;
  state.sequence = sequence;
  state.epoch = epoch;
  if (last === 0) return null;
  if (isNewEpoch) return unknownGap(state);
  const { isConflated, conflatedCount } = message;
  if (isConflated && conflatedCount >= countMax) return null;
  return gapOf(state, last + 1, sequence - conflatedCount);
}

/** True if the topic has had a newer message than this image. */
export const isOlderImage = (state: TopicState, { epoch, sequence }: ReceivedMessage): boolean =>
  epoch === state.epoch && sequence < state.sequence;

/**
 * The gap before an image, or null. On a connection that goes on, an image shows no gap: a conflating lane may still have the updates
 * before it. `isTakenByAll`: every subscription of the topic gets the image, so it is not missing itself.
 */
export function gapBeforeImage(state: TopicState, image: ReceivedMessage, isTakenByAll: boolean): Gap | null {
  const last = state.sequence;
  if (last !== 0 && !state.isResumed) return null;
  return gapUpTo(state, image.epoch, image.sequence, isTakenByAll ? 1 : 0);
}

/**
 * The gap of a topic whose newest message has this epoch and sequence, or null. Stores them. `arrivedCount`: 1 if that message has arrived.
 */
export function gapUpTo(state: TopicState, epoch: number, sequence: number, arrivedCount: 0 | 1): Gap | null {
  const last = state.sequence;
  const isNewEpoch = epoch !== state.epoch;
  if (sequence === 0 || (!isNewEpoch && sequence <= last)) return null;
  state.sequence = sequence;
  state.epoch = epoch;
  state.isResumed = false;
  if (last === 0) return null;
  return isNewEpoch ? unknownGap(state) : gapOf(state, last + 1, sequence - arrivedCount);
}

const unknownGap = ({ namespace, topic }: TopicState): Gap => ({
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
