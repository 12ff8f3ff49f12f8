import { createHistogram } from 'node:perf_hooks';
import type { ReceivedMessage } from '@pulsemq/client';
import { byteText, countedText, countText } from '../output/units.js';

/** Counts received messages: since the last row of figures, and in total. */
export class ReceiveStats {
  #delayUs = createHistogram();
  #startedMs = performance.now();
  #count = 0;
  #bytes = 0;
  gapCount = 0;
  totalCount = 0;

  add(message: ReceivedMessage): void {
    this.#count++;
    this.totalCount++;
    this.#bytes += message.payload.length;
    if (message.receivedAt === undefined) return;
    // The clocks of two machines differ, so a delay may come out negative. The histogram starts at 1.
    this.#delayUs.record(Math.max(1, Math.round((Date.now() - message.receivedAt) * 1_000)));
  }

  /** The figures since the last call. */
  take(): StatsRow {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#startedMs) / 1_000;
    const hasDelay = this.#delayUs.count > 0;
    const row = {
      messages_per_second: Math.round(this.#count / seconds),
      bytes_per_second: Math.round(this.#bytes / seconds),
      total: this.totalCount,
      gaps: this.gapCount,
      delay_p50_ms: hasDelay ? this.#delayUs.percentile(50) / 1_000 : null,
      delay_p99_ms: hasDelay ? this.#delayUs.percentile(99) / 1_000 : null,
    };
    this.#startedMs = nowMs;
    this.#count = 0;
    this.#bytes = 0;
    this.#delayUs.reset();
    return row;
  }
}

export interface StatsRow {
  readonly messages_per_second: number;
  readonly bytes_per_second: number;
  readonly total: number;
  readonly gaps: number;
  /** From the broker to this process, by the clocks of both machines. */
  readonly delay_p50_ms: number | null;
  readonly delay_p99_ms: number | null;
}

export function statsLine(row: StatsRow): string {
  const delay =
    row.delay_p50_ms === null
      ? ''
      : `  delay p50 ${row.delay_p50_ms.toFixed(1)} ms, p99 ${row.delay_p99_ms!.toFixed(1)} ms`;
  const rate = `${countText(row.messages_per_second)}/s`.padStart(10);
  const byteRate = `${byteText(row.bytes_per_second).padStart(10)}/s`;
  return `${rate}  ${byteRate}  ${countText(row.total).padStart(8)} total  ${countedText(row.gaps, 'gap')}${delay}`;
}
