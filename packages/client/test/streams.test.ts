import { expect, test } from 'vitest';
import { gapBefore, gapBeforeImage, gapUpTo, isDuplicate, isOlderImage } from '../src/core/gap.js';
import type { ReceivedMessage } from '../src/core/received-message.js';
import type { TopicState } from '../src/core/topic-state.js';
import { loseEnd, openEnds, resumeStreams } from '../src/core/topic-streams.js';

/** A topic, and what its messages of some epoch and sequence report as missing. */
function topic() {
  const state: TopicState = {
    namespace: 'n',
    topic: 't',
    subscriptions: [],
    epoch: 0,
    sequence: 0,
    isResumed: false,
    others: null,
    unsure: null,
    lostEnds: null,
    dropCount: 0,
    fill: null,
    given: null,
  };
  const message = (epoch: number, sequence: number) =>
    ({ epoch, sequence, isConflated: false, conflatedCount: 1 }) as unknown as ReceivedMessage;
  const shown = (gap: ReturnType<typeof gapBefore>): string | null =>
    gap === null ? null : gap.epochChanged ? 'unknown' : `${gap.from}-${gap.to}`;
  return {
    state,
    take: (epoch: number, sequence: number) => shown(gapBefore(state, message(epoch, sequence))),
    image: (epoch: number, sequence: number) => shown(gapBeforeImage(state, message(epoch, sequence), true)),
    isDuplicate: (epoch: number, sequence: number) => isDuplicate(state, message(epoch, sequence)),
    isOlder: (epoch: number, sequence: number) => isOlderImage(state, message(epoch, sequence)),
    head: (epoch: number, sequence: number) => shown(gapUpTo(state, epoch, sequence, 0)),
    resume: () => resumeStreams(state),
    /** The streams whose end is unknown when the broker lists these. */
    lostEnds: (...listed: number[]) => {
      const ends = openEnds(state, listed.length === 0 ? undefined : new Set(listed));
      for (const epoch of ends) loseEnd(state, epoch);
      state.unsure = null;
      return ends;
    },
  };
}

test('streams of two brokers come in turns, and each shows its own gaps', () => {
  const { take } = topic();
  const steps: [epoch: number, sequence: number, missing: string | null][] = [
    [1, 5, null],
    [2, 90, null],
    [1, 6, null],
    [2, 91, null],
    [1, 9, '7-8'],
    [2, 95, '92-94'],
    [2, 95, null],
    [1, 10, null],
  ];
  for (const [epoch, sequence, missing] of steps) expect(take(epoch, sequence)).toBe(missing);
});

test('after a new connection each stream is compared, and a new one is a gap of unknown size, once', () => {
  const { take, head, resume, state } = topic();
  take(1, 1);
  take(2, 1);
  resume();
  expect(take(2, 3)).toBe('2-2');
  expect(head(1, 4)).toBe('2-4');
  expect(take(3, 1)).toBeNull();
  resume();
  expect(take(4, 7)).toBe('unknown');
  expect(take(5, 1)).toBeNull();
  expect(take(1, 5)).toBeNull();
  expect(state.sequence).toBe(5);
});

test('when a known stream goes on after a move, the end of the one before is unknown, once', () => {
  const { take, head, resume, lostEnds } = topic();
  take(1, 1);
  take(2, 369);
  resume();
  expect(take(1, 2)).toBeNull();
  expect(lostEnds(1)).toEqual([2]);
  resume();
  expect(lostEnds(1)).toEqual([]);
  resume();
  expect(head(2, 370)).toBe('370-370');
  expect(lostEnds(1, 2)).toEqual([]);
});

test('the end of a stream is known when it goes on, when the broker lists it, and when another stream would begin', () => {
  const { take, resume, lostEnds } = topic();
  take(1, 1);
  take(2, 5);
  resume();
  take(2, 6);
  expect(lostEnds(1)).toEqual([]);
  resume();
  expect(lostEnds(1, 2)).toEqual([]);
  resume();
  expect(lostEnds()).toEqual([]);
  expect(take(3, 1)).toBe('unknown');
});

test('a stream that began elsewhere during a move lacks its beginning, also when another one has gone on', () => {
  for (const isByHead of [false, true]) {
    const { take, head, resume, lostEnds } = topic();
    take(1, 1);
    resume();
    expect(take(1, 2)).toBeNull();
    expect(isByHead ? head(2, 3) : take(2, 4)).toBe('unknown');
    expect(take(2, 5)).toBe(isByHead ? '4-4' : null);
    expect(lostEnds(1, 2)).toEqual([]);
    expect(take(3, 4)).toBeNull();
  }
});

test('an image is older than what its own stream has had, and shows a gap only after a new connection', () => {
  const { take, image, isOlder, resume } = topic();
  take(1, 9);
  take(2, 3);
  expect([isOlder(1, 8), isOlder(1, 9), isOlder(2, 4), isOlder(3, 1)]).toEqual([true, false, false, false]);
  expect(image(1, 12)).toBeNull();
  resume();
  expect(image(1, 12)).toBe('10-11');
});

test('of many streams the one that has been silent the longest is forgotten', () => {
  const { take, state } = topic();
  for (let epoch = 1; epoch <= 20; epoch++) take(epoch, epoch);
  expect(state.others?.size).toBe(8);
  expect(take(13, 15)).toBe('14-14');
  expect(take(1, 50)).toBeNull();
});

test('what a broker brings again after a move is a duplicate, until the stream goes on', () => {
  const { take, isDuplicate: isAgain, resume } = topic();
  take(1, 4);
  take(2, 7);
  expect([isAgain(1, 4), isAgain(2, 7)]).toEqual([true, false]);
  resume();
  expect([isAgain(1, 3), isAgain(1, 4), isAgain(1, 5), isAgain(2, 7), isAgain(3, 1)]).toEqual([
    ...[true, true, false, true, false],
  ]);
  expect(take(1, 5)).toBeNull();
  expect([isAgain(1, 5), isAgain(2, 7)]).toEqual([false, true]);
});
