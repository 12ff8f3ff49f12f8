import { deliveryBenches } from './broker/engine/fanout/delivery.js';
import { namespaceBenches } from './broker/engine/route/namespace.js';
import { patternTrieBenches } from './broker/engine/route/pattern-trie.js';
import { requestReaderBenches } from './broker/engine/session/wire/request-reader.js';
import { logHistogramBenches } from './broker/log-histogram.js';
import { deliveryBenches as clientDeliveryBenches } from './client/core/delivery.js';
import type { MicroBench } from './micro-bench.js';
import { byteTableBenches } from './protocol/byte-table.js';
import { frameDecoderBenches } from './zmtp/frame-decoder.js';

/** Every hot structure, in the order of a message's way through the broker, then the client. */
export const microBenches: readonly MicroBench[] = [
  ...frameDecoderBenches,
  ...requestReaderBenches,
  ...byteTableBenches,
  ...patternTrieBenches,
  ...namespaceBenches,
  ...deliveryBenches,
  ...logHistogramBenches,
  ...clientDeliveryBenches,
];
