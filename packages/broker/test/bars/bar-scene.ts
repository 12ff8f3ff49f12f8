import type { BarPayload, MarketCalendar } from '@pulsemq/protocol';
import { BarMaker } from '../../src/bars/bar-maker.js';
import type { PackedBars } from '../../src/bars/bar-message.js';
import type { BarRuleSpec } from '../../src/bars/bar-times.js';
import { deliveryOf, framesOf, type JournalRecord } from '../../src/journal/record.js';
import { journalRecord } from '../journal/journal-record.js';

/** A rule that makes bars of a minute of `*.trade`, with what a test wants otherwise. */
export function spec(more: Partial<BarRuleSpec> = {}): BarRuleSpec {
  const rule = {
    source: '*.trade',
    target: '{1}.bar',
    interval: '1m',
    calendar: null,
    zone: null,
    price: null,
    size: null,
    time: null,
    grace_ms: 0,
    update_ms: null,
    hours: null,
    ...more,
  };
  return { ...rule, key: JSON.stringify(rule) };
}

/** Monday to Friday in Shanghai, with a break at noon. */
export const shanghai: MarketCalendar = {
  time_zone: 'Asia/Shanghai',
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  ranges: [
    ['09:30', '11:30'],
    ['13:00', '15:00'],
  ],
  holidays: ['2026-10-01'],
};

export const usOf = (time: string): number => Date.parse(time) * 1_000;

/** A published bar. */
export type MadeBar = BarPayload & { readonly topic: string };

/** Rules of one source, and what they have published. */
export class BarScene {
  readonly maker: BarMaker;
  #made: MadeBar[] = [];
  #sequence = 0;

  constructor(specs: readonly BarRuleSpec[], sinceUs = 0, openMaxCount = 1_000_000) {
    this.maker = new BarMaker(openMaxCount, (bars) => this.#made.push(...barsIn(bars)));
    this.maker.setRules(1, 'market', specs, sinceUs);
  }

  /** A JSON message. */
  tick(receivedUs: number, data: unknown, topic = 'a.trade'): this {
    return this.record(
      journalRecord('string', JSON.stringify(data), undefined, {
        topic,
        receivedAtUs: receivedUs,
        sequence: ++this.#sequence,
      }),
    );
  }

  record(record: JournalRecord): this {
    this.maker.take(1, deliveryOf(record));
    return this;
  }

  /** What was published since the last call, when everything received before then has come. */
  until(nowUs: number): MadeBar[] {
    this.maker.advance(nowUs);
    return this.#made.splice(0);
  }
}

function* barsIn({ bytes, ends, names }: PackedBars): Generator<MadeBar> {
  for (const [index, end] of ends.entries()) {
    const frames = Buffer.from(bytes.subarray(ends[index - 1] ?? 0, end));
    const payload = framesOf({ key: '', epoch: 0, sequence: 0, receivedAtUs: 0, frames })[4]!;
    yield { ...(JSON.parse(payload.toString()) as BarPayload), topic: names[index]![1] };
  }
}
