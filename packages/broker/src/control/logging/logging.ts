import type { LogLevel } from '@pulsemq/protocol';
import { type Logger, pino } from 'pino';
import { LogFile, type LogFileLimits } from './log-file.js';
import { jsonLine, type LogFormat, logLine } from './log-line.js';
import { RecentLines } from './recent-lines.js';

export type { Logger } from 'pino';

/** What changes while the broker runs. */
export interface LogSettings extends LogFileLimits {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

/** The log of a broker. */
export interface Logging {
  /** A logger whose lines have a name such as `pulsemq.broker`. */
  logger(name: string): Logger;
  /** The newest lines. */
  readonly recent: RecentLines;
  /** Opens the file again, and makes its folder if need be. */
  reopen(): void;
  /** Applies other settings from the next line on. */
  configure(settings: LogSettings): void;
  /** Resolves when every line is in the file, or when the console was shown that the file cannot be written. */
  close(): Promise<void>;
}

export interface LoggingOptions extends LogSettings {
  readonly dir: string;
  /** Gets the same lines; null for none. */
  readonly console: { write(line: string): unknown } | null;
}

const lineWriters = { text: logLine, json: jsonLine } as const;

/** Opens the log file. Throws a StartupError when that is impossible. */
export function openLogging(options: LoggingOptions): Logging {
  const loggers = new Map<string, Logger>();
  const recent = new RecentLines();
  // A full disk must not end the broker. Lines still go to the console, and so does this error.
  const file = new LogFile(options.dir, options, {
    failed: (cause) => options.console?.write(`pulsemq: the log file cannot be written: ${cause}\n`),
    recovered: (lostCount) => root.warn(`the log file is written again; ${lostCount} lines were lost`),
    replaced: () => root.warn('the log file was removed or moved away; a new one begins'),
  });
  let toLine = lineWriters[options.format];
  const write = (json: string): void => {
    const line = toLine(json);
    file.write(line);
    recent.add(json);
    options.console?.write(line);
  };
  const root = pino({ level: options.level, base: null }, { write });
  return {
    recent,
    logger: (name) => {
      const logger = loggers.get(name) ?? root.child({ logger: name });
      loggers.set(name, logger);
      return logger;
    },
    reopen: () => file.reopen(),
    configure: (settings) => {
      file.setLimits(settings);
      toLine = lineWriters[settings.format];
      // A child has its own level, from the moment it was made.
      for (const logger of [root, ...loggers.values()]) logger.level = settings.level;
    },
    close: () => file.close(),
  };
}
