/** Running totals of log-ins and refusals. */
export class SessionCounters {
  authOkCount = 0;
  authFailedCount = 0;
  permissionDeniedCount = 0;
}
