import { LimitReport } from '../../limit-report.js';
import type { Logger } from '../logging/logging.js';

/** Limits of the control plane, as logs and metrics call them. `port-limits.ts` has those of the engine. */
export const controlLimitNames = [
  'httpConnections',
  'httpConnectionsPerAddress',
  'httpWaitingRequests',
  'logInsWaiting',
  'descriptors',
  'waitingTopics',
  'waitingAuditRows',
  'clearText',
] as const;

export type ControlLimitName = (typeof controlLimitNames)[number];

/** What is said when a connection could not be opened for lack of descriptors. */
export const noDescriptorsText =
  'no descriptors are left, and new connections are closed: raise the limit of open files or lower limits.max_connections';

/** Counts how often each limit of the control plane was reached. */
export type ControlLimits = LimitReport<ControlLimitName>;

/** Logs one line a minute for each limit that is reached. */
export const controlLimits = (log: Logger): ControlLimits =>
  new LimitReport(controlLimitNames, steadyClock, (address, text) =>
    log.warn(address === '' ? `limit reached: ${text}` : `limit reached, ${address}: ${text}`),
  );

const steadyClock = {
  get steadyMs(): number {
    return performance.now();
  },
};
