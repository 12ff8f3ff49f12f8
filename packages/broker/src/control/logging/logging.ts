import { type Logger, pino } from 'pino';
import { openLogFiles } from './log-files.js';
import { logLine } from './log-line.js';

export type { Logger } from 'pino';

/** The log of a broker. */
export interface Logging {
  /** A logger whose lines have a name such as `pulsemq.broker`. */
  logger(name: string): Logger;
  /** Resolves when every line is in the file, or when the console was shown that the file cannot be written. */
  close(): Promise<void>;
}

export interface LoggingOptions {
  readonly dir: string;
  readonly maxDays: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Gets the same lines; null for none. */
  readonly console: { write(line: string): unknown } | null;
}

/** Opens the log file. Throws a StartupError when that is impossible. */
export function openLogging(options: LoggingOptions): Logging {
  const file = openLogFiles(options.dir, options.maxDays);
  // A full disk must not end the broker. Lines still go to the console, and so does this error.
  file.on('error', (error) => options.console?.write(`pulsemq: the log file cannot be written: ${error.message}\n`));
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
      // A file that could not be written is closed already.
      if (!file.closed) await new Promise<void>((resolve) => file.once('close', resolve));
    },
  };
}
