import { type Logger, pino } from 'pino';
import { openLogFiles } from './log-files.js';
import { logLine } from './log-line.js';

export type { Logger } from 'pino';

/** Where lines go, and how they are ended. */
export interface Logging {
  /** A logger whose lines carry a name such as `pulsemq.broker`. */
  logger(name: string): Logger;
  /** Resolves when every line is in the file, or it was said that the file cannot be written. */
  close(): Promise<void>;
}

export interface LoggingOptions {
  readonly dir: string;
  readonly maxDays: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** The same lines also go here; null for nowhere. */
  readonly console: { write(line: string): unknown } | null;
}

/** Opens the log file of the day. Throws a StartupError when that is impossible. */
export function openLogging(options: LoggingOptions): Logging {
  const file = openLogFiles(options.dir, options.maxDays);
  // A full disk must not end the broker: the line is still on the console, which is where this is said.
  file.on('error', (error) => options.console?.write(`pulsemq: log file: ${error.message}\n`));
  const write = (json: string): void => {
    const line = logLine(json);
    file.write(line);
    options.console?.write(line);
  };
  const root = pino({ level: options.level, base: null }, { write });
  return {
    logger: (name) => root.child({ logger: name }),
    close: async () => {
      file.end();
      // Closed already when it could not be written; that has been said then.
      if (!file.closed) await new Promise<void>((resolve) => file.once('close', resolve));
    },
  };
}
