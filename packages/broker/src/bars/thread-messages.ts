import type { BarFigures } from './bar-figures.js';
import type { PackedBars } from './bar-message.js';
import type { BarRuleSpec } from './bar-times.js';

/** What the engine and the thread of the bars tell each other. Times are Unix microseconds. */

/** From the engine to the thread. */
export type BarRequest =
  /** The rules of a source; none: it ends. `sinceUs`: when messages for new rules begin to come. */
  | {
      readonly kind: 'rules';
      readonly source: number;
      readonly namespace: string;
      readonly rules: readonly BarRuleSpec[];
      readonly sinceUs: number;
    }
  /** Deliveries of a source, as they stand on the wire. */
  | { readonly kind: 'messages'; readonly source: number; readonly deliveries: Uint8Array }
  /** Messages that were received between these times are left out. */
  | { readonly kind: 'lost'; readonly source: number; readonly fromUs: number; readonly toUs: number }
  /** All messages received before have been sent. */
  | { readonly kind: 'until'; readonly nowUs: number }
  | { readonly kind: 'limit'; readonly openMaxCount: number };

/** From the thread to the engine. */
export type BarEvent =
  | { readonly kind: 'bars'; readonly bars: PackedBars }
  /** Deliveries of this many bytes have been dealt with. */
  | { readonly kind: 'taken'; readonly bytes: number }
  /** An `until` has been dealt with: its bars were sent before. */
  | { readonly kind: 'reached'; readonly nowUs: number; readonly figures: BarFigures };

/** What the thread is started with. */
export interface BarThreadData {
  readonly openMaxCount: number;
}
