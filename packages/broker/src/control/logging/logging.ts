import { type Logger, pino } from 'pino';
import { LogFile, type LogFileLimits } from './log-file.js';
import { logLine } from './log-line.js';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The log of a broker. */
export interface Logging {
  /** A logger whose lines have a name such as `pulsemq.broker`. */
  logger(name: string): Logger;
  /** Opens the file again, and makes its folder if need be. */
  reopen(): void;
  /** Applies other settings from the next line on. */
  configure(settings: LogFileLimits & { readonly level: LogLevel }): void;
  /** Resolves when every line is in the file, or when the console was shown that the file cannot be written. */
  close(): Promise<void>;
}

export interface LoggingOptions extends LogFileLimits {
  readonly dir: string;
  readonly level: LogLevel;
  /** Gets the same lines; null for none. */
  readonly console: { write(line: string): unknown } | null;
}

/** Opens the log file. Throws a StartupError when that is impossible. */
export function openLogging(options: LoggingOptions): Logging {
  const loggers = new Map<string, Logger>();
  // A full disk must not end the broker. Lines still go to the console, and so does this error.
  const file = new LogFile(options.dir, options, {
    failed: (cause) => options.console?.write(`pulsemq: the log file cannot be written: ${cause}\n`),
    recovered: (lostCount) => root.warn(`the log file is written again; ${lostCount} lines were lost`),
    replaced: () => root.warn('the log file was removed or moved away; a new one begins'),
  });
  const write = (json: string): void => {
    const line = logLine(json);
    file.write(line);
    options.console?.write(line);
  };
  const root = pino({ level: options.level, base: null }, { write });
  return {
    logger: (name) => {
      const logger = loggers.get(name) ?? root.child({ logger: name });
      loggers.set(name, logger);
      return logger;
    },
    reopen: () => file.reopen(),
    configure: (settings) => {
      file.setLimits(settings);
      // A child has its own level, from the moment it was made.
      for (const logger of [root, ...loggers.values()]) logger.level = settings.level;
    },
    close: () => file.close(),
  };
}
