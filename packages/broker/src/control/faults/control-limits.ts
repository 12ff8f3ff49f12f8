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
] as const;

export type ControlLimitName = (typeof controlLimitNames)[number];

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
