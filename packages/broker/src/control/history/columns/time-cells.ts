import { PreciseDate } from '@pulsemq/codecs';
import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import type { Cells } from './cells.js';
import { NumberCells } from './number-cells.js';

/** Times in microseconds. A date is made only for a row that is read. */
export class TimeCells implements Cells {
  readonly #timesUs = new NumberCells();
  readonly #zone: string;

  /** `zone`: the zone that the times are shown in, such as `Asia/Shanghai`. */
  constructor(zone: string) {
    this.#zone = zone;
  }

  /** The time of a row in Unix microseconds; null for a missing one. */
  usAt(row: number): number | null {
    return this.#timesUs.at(row);
  }

  get length(): number {
    return this.#timesUs.length;
  }

  add(value: unknown): boolean {
    return this.#timesUs.add(value);
  }

  addMissing(): void {
    this.#timesUs.addMissing();
  }

  at(row: number): PreciseDate | null {
    const us = this.#timesUs.at(row);
    return us === null ? null : new PreciseDate(BigInt(us) * 1_000n, 'us', this.#zone);
  }

  toArrow(): ArrowBuffers {
    return { ...this.#timesUs.toArrow(false), type: 'timestamp', zone: this.#zone };
  }
}
