import type { OtherStreams, StreamPlace, TopicState } from './topic-state.js';

/** Streams of one topic that are remembered; of more, the one that has been silent the longest is forgotten. */
const keptMaxCount = 8;

/** The last sequence of a stream; 0 for one that is unknown. */
export const lastSequence = (state: TopicState, epoch: number): number =>
  epoch === state.epoch ? state.sequence : (state.others?.get(epoch)?.sequence ?? 0);

/** Any stream of the topic may have gone on while the connection was lost, and that is not reported. */
export function mayMissMessages(state: TopicState): boolean {
  if (state.isResumed && !isEndLost(state, state.epoch)) return true;
  for (const [epoch, { isResumed }] of state.others ?? []) if (isResumed && !isEndLost(state, epoch)) return true;
  return false;
}

/** Makes another stream the present one. Its sequence is 0 when it is unknown. */
export function switchStream(state: TopicState, epoch: number): void {
  const kept = state.others?.get(epoch);
  if (state.sequence > 0) {
    const others: OtherStreams = state.others ?? new Map();
    state.others = others;
    // Last in the order of the map: it has ticked after the others.
    others.delete(state.epoch);
    others.set(state.epoch, { sequence: state.sequence, isResumed: state.isResumed });
    others.delete(epoch);
    if (others.size > keptMaxCount) others.delete(others.keys().next().value!);
  }
  state.epoch = epoch;
  state.sequence = kept?.sequence ?? 0;
  state.isResumed = kept?.isResumed ?? false;
}

/** Forgets the streams of these epochs, which have ended. Returns how many of them the topic had. */
export function endStreams(state: TopicState, epochs: ReadonlySet<number>): number {
  let count = 0;
  for (const epoch of [...(state.others?.keys() ?? [])]) {
    if (epochs.has(epoch) && state.others!.delete(epoch)) count++;
  }
  if (state.sequence === 0 || !epochs.has(state.epoch)) return count;
  const [epoch, kept] = [...(state.others ?? [])].at(-1) ?? [state.epoch, { sequence: 0, isResumed: false }];
  state.others?.delete(epoch);
  Object.assign(state, { epoch, ...kept });
  return count + 1;
}

/** Messages of a stream have come from a journal, up to this sequence. A live one that is late may be among them. */
export function recoveredTo(state: TopicState, epoch: number, sequence: number): void {
  if (epoch === state.epoch) state.sequence = Math.max(state.sequence, sequence);
  const kept = state.others?.get(epoch);
  if (kept !== undefined && kept.sequence < sequence) state.others!.set(epoch, { ...kept, sequence });
}

/**
 * The streams that ticked last before a connection was lost and have not since, and that the broker does not list. None where it lists no stream of
 * the topic: a later message begins a new stream, which shows the same.
 */
export function openEnds(state: TopicState, listed: ReadonlySet<number> | undefined): number[] {
  if (listed === undefined || state.unsure === null) return [];
  return [...state.unsure].filter((epoch) => !listed.has(epoch) && isOpen(state, epoch));
}

function isOpen(state: TopicState, epoch: number): boolean {
  const isResumed = epoch === state.epoch ? state.isResumed : state.others?.get(epoch)?.isResumed === true;
  return isResumed && !isEndLost(state, epoch);
}

/** The end of a stream was reported as unknown, and nothing of it has come since. */
export const isEndLost = (state: TopicState, epoch: number): boolean =>
  state.lostEnds?.get(epoch) === lastSequence(state, epoch);

/** The end of a stream is reported as unknown. It is not reported again while the stream stands where it is. */
export function loseEnd(state: TopicState, epoch: number): void {
  const sequence = lastSequence(state, epoch);
  state.lostEnds = new Map([...(state.lostEnds ?? [])].filter(([one]) => one !== epoch).slice(-keptMaxCount));
  state.lostEnds.set(epoch, sequence);
  settleStreams(state);
  // What its broker sends late may have come from the journal.
  if (epoch === state.epoch) state.isResumed = true;
  else state.others?.set(epoch, { sequence, isResumed: true });
}

/** The connection is a new one. */
export function resumeStreams(state: TopicState): void {
  if (state.sequence > 0) state.unsure = new Set([...(state.unsure ?? []), state.epoch]);
  state.isResumed = true;
  for (const [epoch, { sequence }] of state.others ?? []) state.others!.set(epoch, { sequence, isResumed: true });
}

/** What was missed is reported, or nothing was. */
export function settleStreams(state: TopicState): void {
  state.unsure = null;
  state.isResumed = false;
  for (const [epoch, { sequence }] of state.others ?? []) state.others!.set(epoch, { sequence, isResumed: false });
}

/** Where a stream stood; of one that is unknown, where the present one did: it may have gone on under this epoch. */
export function placeBefore(state: TopicState, epoch: number): StreamPlace {
  const sequence = lastSequence(state, epoch);
  return sequence > 0 ? { epoch, sequence } : { epoch: state.epoch, sequence: state.sequence };
}
