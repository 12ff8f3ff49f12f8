import type { Gap } from './events.js';
import type { ReceivedMessage } from './received-message.js';
import type { TopicState } from './topic-table.js';

/** The gap between the last message of a topic and this one, or null. Stores this one as the last message. */
export function gapBefore(state: TopicState, message: ReceivedMessage): Gap | null {
  const { sequence, epoch } = message;
  const last = state.sequence;
  if (epoch === state.epoch && sequence === last + 1) {
    state.sequence = sequence;
    return null;
  }
  if (sequence === 0 || message.isSnapshot) return null;
  const isNewEpoch = epoch !== state.epoch;
  if (!isNewEpoch && sequence <= last) return null;
  state.sequence = sequence;
  state.epoch = epoch;
  if (last === 0) return null;
  const { namespace, topic } = state;
  if (isNewEpoch) {
    return { namespace, topic, epochChanged: true, from: undefined, to: undefined, missedCount: undefined };
  }
  return { namespace, topic, epochChanged: false, from: last + 1, to: sequence - 1, missedCount: sequence - last - 1 };
}
