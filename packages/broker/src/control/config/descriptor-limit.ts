/** The parts of Node's diagnostic report that this file reads. */
interface Report {
  readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } };
}

/**
 * Files and sockets that the system lets this process open; Infinity where it sets no limit or does not say. Call before connections are open: the
 * report that is read looks up the names of their peers.
 */
export function descriptorLimit(): number {
  const report = process.report.getReport() as Report;
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
}
