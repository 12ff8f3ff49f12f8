import type { PriceEventRow, TopicStatus } from '@pulsemq/protocol';
import { numberOf, type PriceFields, type PriceRole, priceRoles } from './price-fields.js';

/** A price, and how it last changed. */
export interface Price {
  readonly value: number | null;
  /** 1: rose, -1: fell, 0: has not changed since it appeared. */
  readonly direction: 1 | 0 | -1;
  /** `performance.now()` of the last change. */
  readonly changedAt: number;
}

const absent: Price = { value: null, direction: 0, changedAt: Number.NEGATIVE_INFINITY };

/** Points of a trail, and the time that each stands for: two minutes together. */
const trailPoints = 30;
const trailStepMs = 4000;
/** Digits after the point that are shown at most. */
const shownDigits = 6;

/** Digits after the point, without those that only the binary notation has: 0.1 + 0.2 has one. */
function digitsOf(value: number): number {
  const text = String(Number(value.toPrecision(10)));
  const point = text.indexOf('.');
  return point === -1 || text.includes('e') ? 0 : Math.min(shownDigits, text.length - point - 1);
}

/**
 * The newest value of one topic. It stays the same object while its values change: the table holds it, and its cells subscribe to it,
 * so that a change renders the cells of this row and nothing else.
 */
export class BoardRow {
  readonly topic: string;
  /** Its place in the order of the names. */
  rank = 0;
  values: PriceEventRow['values'] = {};
  sequence = 0;
  receivedAtMs = 0;
  /** Updates that newer ones replaced on their way to this page. */
  conflatedCount = 0;
  status: TopicStatus | null = null;
  /** False after the connection was lost, until the broker sends the topic again. */
  isConfirmed = true;
  /** Digits after the point of its prices. Never fewer than before, so that figures do not jump. */
  digits = 0;
  /** The first last price since the page was opened. */
  firstPrice: number | null = null;
  /** Last prices, the oldest first. */
  trail: readonly number[] = [];
  #trailAt = 0;
  #version = 0;
  readonly #prices: Record<PriceRole, Price> = {
    last: absent,
    prevClose: absent,
    bid: absent,
    ask: absent,
    volume: absent,
  };
  /** The columns that its prices were read from. */
  readonly #columns: Partial<Record<PriceRole, string | undefined>> = {};
  readonly #listeners = new Set<() => void>();

  constructor(topic: string) {
    this.topic = topic;
  }

  price(role: PriceRole): Price {
    return this.#prices[role];
  }

  /** Takes an update. */
  take(row: PriceEventRow, fields: PriceFields, nowMs: number): void {
    this.values = row.values;
    this.sequence = row.sequence;
    this.receivedAtMs = row.received_at_ms;
    this.conflatedCount += row.conflated;
    this.isConfirmed = true;
    this.#read(fields, nowMs);
  }

  /** Reads its prices from other columns. A last price from another column has another past, which is forgotten. */
  reread(fields: PriceFields): void {
    if (this.#columnOf(fields.last) !== this.#columns.last) {
      this.firstPrice = null;
      this.trail = [];
    }
    this.#read(fields, performance.now());
  }

  #read(fields: PriceFields, nowMs: number): void {
    for (const role of priceRoles) this.#readPrice(role, fields[role], nowMs);
    const { value } = this.#prices.last;
    if (value === null) return;
    this.firstPrice ??= value;
    this.#extendTrail(value, nowMs);
  }

  #readPrice(role: PriceRole, columns: readonly string[], nowMs: number): void {
    const column = this.#columnOf(columns);
    const value = column === undefined ? null : numberOf(this.values[column]);
    const was = column === this.#columns[role] ? this.#prices[role] : absent;
    this.#columns[role] = column;
    if (was === this.#prices[role] && was.value === value) return;
    if (value !== null && role !== 'volume') this.digits = Math.max(this.digits, digitsOf(value));
    if (was.value === null || value === null) this.#prices[role] = { ...absent, value };
    else this.#prices[role] = { value, direction: value > was.value ? 1 : -1, changedAt: nowMs };
  }

  /** The first of the columns that its payload has. */
  #columnOf(columns: readonly string[]): string | undefined {
    return columns.find((name) => this.values[name] !== undefined);
  }

  #extendTrail(value: number, nowMs: number): void {
    if (this.trail.length > 0 && nowMs - this.#trailAt < trailStepMs) {
      if (this.trail.at(-1) !== value) this.trail = this.trail.with(-1, value);
      return;
    }
    this.#trailAt = nowMs;
    this.trail = [...this.trail.slice(1 - trailPoints), value];
  }

  /** The previous close where the payload has one, else the first price since the page was opened. */
  get basis(): number | null {
    return this.#prices.prevClose.value ?? this.firstPrice;
  }

  /** The change from the basis in per cent; null without a price, or from 0. */
  get changePercent(): number | null {
    const { value } = this.#prices.last;
    const { basis } = this;
    return value === null || basis === null || basis === 0 ? null : ((value - basis) / Math.abs(basis)) * 100;
  }

  /** Tells the cells that the row has changed. */
  notify(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The row as it is copied. */
  toJSON(): object {
    const { topic, sequence, receivedAtMs, values, status } = this;
    return { topic, sequence, received_at: new Date(receivedAtMs).toISOString(), values, status };
  }
}
