import { type BarFigures, newBarFigures } from './bar-figures.js';
import { BarPack, barPayload, type PackedBars } from './bar-message.js';
import type { BarRuleSpec } from './bar-times.js';
import { deliveriesIn } from './deliveries.js';
import { payloadRows, problemColumn } from './payload-rows.js';
import { RuleBars, type TickMessage } from './rule-bars.js';

/** Bars of one piece: the engine publishes a piece in about a millisecond. */
const pieceCount = 200;

/** The rules of one source: topics of a namespace that match a pattern. Each of its messages is decoded once for all of them. */
interface Source {
  readonly namespace: string;
  rules: RuleBars[];
}

/**
 * Makes bars of messages. It knows no clock and no thread: what is received and until when comes from outside, so equal input makes equal
 * bars.
 */
export class BarMaker {
  readonly figures: BarFigures;
  readonly #sources = new Map<number, Source>();
  readonly #publish: (bars: PackedBars) => void;
  readonly #pack = new BarPack();

  /** `publish` gets bars in pieces. */
  constructor(openMaxCount: number, publish: (bars: PackedBars) => void) {
    this.figures = newBarFigures(openMaxCount);
    this.#publish = publish;
  }

  /** Sets the rules of a source. A rule that stays keeps its bars; without rules the source ends. `sinceUs`: when messages for new ones begin to come. */
  setRules(source: number, namespace: string, specs: readonly BarRuleSpec[], sinceUs: number): void {
    const before = this.#sources.get(source)?.rules ?? [];
    const byKey = new Map(before.map((rule) => [rule.spec.key, rule]));
    const rules = specs.map((spec) => byKey.get(spec.key) ?? new RuleBars(spec, sinceUs, this.figures));
    for (const rule of before) if (!rules.includes(rule)) rule.close();
    if (rules.length === 0) this.#sources.delete(source);
    else this.#sources.set(source, { namespace, rules });
  }

  /** Takes deliveries of a source, as they stand on the wire. */
  take(source: number, deliveries: Uint8Array): void {
    const rules = this.#sources.get(source)?.rules ?? [];
    if (rules.length === 0) return;
    for (const { header, payload, ...message } of deliveriesIn(deliveries)) {
      addMessage(rules, message, header, payload);
    }
  }

  /** Messages of a source that were received between these times, Unix microseconds, do not come. */
  lost(source: number, fromUs: number, toUs: number): void {
    for (const rule of this.#sources.get(source)?.rules ?? []) rule.lost(fromUs, toUs);
  }

  /** All messages received before this time have come: publishes what is due. */
  advance(nowUs: number): void {
    for (const { namespace, rules } of this.#sources.values()) {
      for (const rule of rules) {
        rule.advance(nowUs, (topic, open, state) => {
          this.#pack.add(namespace, topic, barPayload(open, rule.spec.interval, state), nowUs);
          if (this.#pack.count >= pieceCount) this.#publish(this.#pack.take());
        });
      }
    }
    if (this.#pack.count > 0) this.#publish(this.#pack.take());
  }
}

function addMessage(rules: readonly RuleBars[], message: TickMessage, header: Buffer, payload: Buffer): void {
  const found = payloadRows(header, payload);
  const isReadable = found.names.length !== 1 || found.names[0] !== problemColumn;
  for (const rule of rules) {
    if (isReadable) rule.add(message, found);
    else rule.unreadable(message);
  }
}
