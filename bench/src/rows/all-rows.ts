import type { Workload } from '../workloads/workload.js';
import { ticksBesideBatches } from './beside-batches.js';
import { clusterRows } from './cluster-rows.js';
import { connectsAtOnce } from './connects-at-once.js';
import { dashboards } from './dashboards.js';
import { encryptedRows } from './encrypted-rows.js';
import { generatorRows } from './generator-rows.js';
import { idleConnections } from './idle-connections.js';
import { journalRows } from './journal-rows.js';
import { latencyRows } from './latency-rows.js';
import { openingBurst } from './opening-burst.js';
import { pythonRows } from './python-rows.js';
import { sdkRows } from './sdk-rows.js';
import { subscribeChurn } from './subscribe-churn.js';
import { throughputRows } from './throughput-rows.js';

/**
 * Every workload, in the order of the table. Each file of this folder is one workload, or several that differ in parameters only.
 * A new one is a file here and its line below; `../workloads` has what they are built from.
 */
export const workloads: readonly Workload[] = [
  ...generatorRows,
  ...throughputRows,
  ...journalRows,
  ...latencyRows,
  subscribeChurn,
  openingBurst,
  ticksBesideBatches,
  dashboards,
  connectsAtOnce,
  idleConnections,
  ...sdkRows,
  ...encryptedRows,
  ...clusterRows,
  ...pythonRows,
];
