import type { DiskMeter } from '../stats/disk-meter.js';
import type { Monitor } from '../stats/monitor.js';
import type { AlertRuleRow } from '../store/rows.js';
import { LastMinute } from './last-minute.js';
import { SlowClients } from './slow-clients.js';
import { TopicCounts } from './topic-counts.js';

/** What a rule finds at this moment. */
export interface Reading {
  /** In the unit of the threshold. */
  readonly value: number;
  /** Says what holds, as a sentence. Made only when it is needed. */
  text(): string;
}

/** Reads what alert rules watch, from what the control plane knows already. */
export class AlertConditions {
  readonly #monitor: Monitor;
  readonly #disk: DiskMeter;
  readonly #topics: TopicCounts;
  readonly #slow: SlowClients;
  readonly #drops = new LastMinute();
  readonly #logIns = new LastMinute();
  readonly #notStored = new LastMinute();
  readonly #barLosses = new LastMinute();
  #dropCount = 0;
  #refusedCount = 0;
  #notStoredCount = 0;
  #barLossCount = 0;
  #nowMs = 0;

  constructor(monitor: Monitor, disk: DiskMeter) {
    this.#monitor = monitor;
    this.#disk = disk;
    this.#topics = new TopicCounts(monitor.statuses);
    this.#slow = new SlowClients(monitor.connections);
  }

  /** The rules that are read from now on. */
  setRules(rules: readonly AlertRuleRow[]): void {
    this.#topics.set(rules);
  }

  /** Call once a second, before the rules are read. */
  look(nowMs: number): void {
    const { counters, events } = this.#monitor;
    this.#nowMs = nowMs;
    this.#slow.look(nowMs);
    this.#dropCount = this.#drops.add(counters.droppedCount);
    this.#refusedCount = this.#logIns.add(counters.authFailedCount + events.refusedLogInCount);
    this.#notStoredCount = this.#notStored.add(counters.journal?.discardedCount ?? 0);
    this.#barLossCount = this.#barLosses.add(
      counters.bars === null ? 0 : counters.bars.lostCount + counters.bars.overLimitCount,
    );
  }

  read(rule: AlertRuleRow): Reading {
    switch (rule.kind) {
      case 'topic_stale':
        return this.#topicReading(rule, (count) => `${plural(count, 'topic is', 'topics are')} stale`);
      case 'publisher_gone':
        return this.#topicReading(
          rule,
          (count) => `${plural(count, 'topic has', 'topics have')} no publisher any more`,
        );
      case 'client_slow':
        return this.#clientReading(rule);
      case 'drops':
        return reading(
          this.#dropCount,
          (count) => `${plural(count, 'message was', 'messages were')} lost by subscribers in the last minute`,
        );
      case 'log_in_failures':
        return reading(
          this.#refusedCount,
          (count) => `${plural(count, 'log-in was', 'log-ins were')} refused in the last minute`,
        );
      case 'memory':
        return reading(this.#monitor.process.memoryMb, (mb) => `the broker uses ${mb} MiB of memory`);
      case 'disk':
        return reading(
          Math.round((this.#disk.usedRatio ?? 0) * 100),
          (percent) => `the disk of the database is ${percent} % full`,
        );
      case 'not_stored':
        return reading(
          this.#notStoredCount,
          (count) => `${plural(count, 'message was', 'messages were')} delivered and not stored in the last minute`,
        );
      case 'bars_lost':
        return reading(
          this.#barLossCount,
          (count) => `${plural(count, 'price is', 'prices are')} missing in the bars of the last minute`,
        );
      default:
        return rule.kind satisfies never;
    }
  }

  #topicReading(rule: AlertRuleRow, sentence: (count: number) => string): Reading {
    return reading(this.#topics.of(rule), (count) => {
      const example = this.#topics.example(rule);
      const named = example === undefined ? '' : `, such as ${example.namespace}:${example.status.topic}`;
      return `${sentence(count)}${named}`;
    });
  }

  #clientReading({ forSeconds }: AlertRuleRow): Reading {
    const { count, example } = this.#slow.slowFor(forSeconds, this.#nowMs);
    return reading(count, () => {
      const userId = example?.userId ?? null;
      const name = userId === null ? 'a subscriber without log-in' : this.#monitor.usernameOf(userId);
      const named = example === undefined ? '' : `, such as ${name} at ${example.address} (${example.id})`;
      return `${plural(count, 'client reads', 'clients read')} too slowly${named}`;
    });
  }
}

const reading = (value: number, sentence: (value: number) => string): Reading => ({
  value,
  text: () => sentence(value),
});

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
