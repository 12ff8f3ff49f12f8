import type { Workload } from '../workloads/workload.js';
import { companyRows } from './company-rows.js';
import { generatorRows } from './generator-rows.js';
import { latencyRows } from './latency-rows.js';
import { sdkRows } from './sdk-rows.js';
import { throughputRows } from './throughput-rows.js';

/** Everything that is measured, in the order of the table. */
export const workloads: readonly Workload[] = [
  ...generatorRows,
  ...throughputRows,
  ...latencyRows,
  ...companyRows,
  ...sdkRows,
];
