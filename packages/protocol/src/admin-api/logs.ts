import type { LogLevel } from './settings.js';

/**
 * GET /api/logs?level=&text=&before=&limit=: the newest lines of the log, newest first. GET /api/logs/stream: server-sent events `line`, each a LogLine,
 * as they are written. The broker keeps the newest 2,000 lines for this, since its start; the file has all.
 */
export interface LogLine {
  /** Counts the lines since the broker started. */
  readonly id: number;
  readonly at: string;
  readonly level: LogLevel;
  /** Part of the broker, such as `pulsemq.broker`. */
  readonly logger: string;
  readonly text: string;
}
