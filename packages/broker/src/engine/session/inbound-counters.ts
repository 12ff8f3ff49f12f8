/** Running totals of what came in. Plain fields; what goes out is counted in the fan-out. */
export class InboundCounters {
  publishedCount = 0;
  publishedBytes = 0;
  authOkCount = 0;
  authFailedCount = 0;
  permissionDeniedCount = 0;
}
