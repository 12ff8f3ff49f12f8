import type { Figure } from './workload.js';

/** Figures that several workloads share, and short ways to declare one. */

export const less = (name: string, unit: string): Figure => ({ name, unit, moreIsBetter: false });
export const more = (name: string, unit: string): Figure => ({ name, unit, moreIsBetter: true });

export const deliveryRate = more('deliveries_per_second', 'deliveries/s');
export const payloadRate = more('payload_megabytes_per_second', 'payload MB/s');
export const wireRate = more('wire_megabytes_per_second', 'MB/s on the wire');
export const receivedRate = more('received_per_second', 'received/s');
export const cpu = less('cpu_seconds_per_million', 'CPU s/M deliveries');
export const p50 = less('p50_us', 'us P50');
export const p99 = less('p99_us', 'us P99');
/** Published less received, after every message has had time to arrive. */
export const dropped = less('dropped_messages', 'dropped');
