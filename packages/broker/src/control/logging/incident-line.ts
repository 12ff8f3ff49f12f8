import type { EngineEvent, IncidentKind } from '../../port.js';
import type { Logger } from './logging.js';

const words: Record<IncidentKind, string> = {
  authFailed: 'log-in refused',
  permissionDenied: 'permission denied',
  badBytes: 'not ZMTP, connection closed',
  limitReached: 'limit reached',
  slowSubscriber: 'slow subscriber',
  journal: 'journal',
  internal: 'internal error',
};

/** Logs an incident as one line. */
export function logIncident(log: Logger, event: Extract<EngineEvent, { kind: 'incident' }>): void {
  const where = event.address === '' ? '' : `, ${event.address}`;
  const line = `${words[event.incident]}${where}: ${event.text}`;
  if (event.incident === 'internal') log.error(line);
  else log.warn(line);
}
