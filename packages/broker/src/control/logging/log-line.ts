/** A log record as pino makes it. */
interface LogRecord {
  readonly level: number;
  readonly time: number;
  readonly logger?: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
}

const levelNames: Record<number, string> = { 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };

const two = (value: number): string => String(value).padStart(2, '0');

/** The local day, as `YYYY-MM-DD`. */
export const localDay = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

function localTime(at: Date): string {
  const ms = String(at.getMilliseconds()).padStart(3, '0');
  return `${localDay(at)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}

export type LogFormat = 'text' | 'json';

/** What a record says, on one line. */
export interface RecordText {
  /** 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number;
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly logger: string;
  readonly text: string;
}

/** The parts of a line of pino's JSON. */
export function textOfRecord(json: string): RecordText {
  const { level, time, logger, msg, err } = JSON.parse(json) as LogRecord;
  const cause = err === undefined ? '' : `: ${err.stack ?? err.message}`;
  return { level, atMs: time, logger: logger ?? 'pulsemq', text: oneLine(`${msg ?? ''}${cause}`) };
}

/** Turns a line of pino's JSON into a line for people: `2026-11-24 09:29:00.123 INFO  [pulsemq.broker] text`. */
export function logLine(json: string): string {
  const { level, atMs, logger, text } = textOfRecord(json);
  const name = levelName(level).padEnd(5);
  return `${localTime(new Date(atMs))} ${name} [${logger}] ${text}\n`;
}

/**
 * Turns a line of pino's JSON into one with the fields that docs/operations.md promises: `time` (UTC), `level`, `logger`, `message`, and
 * `error` with the stack of an error.
 */
export function jsonLine(json: string): string {
  const { level, time, logger, msg, err } = JSON.parse(json) as LogRecord;
  return `${JSON.stringify({
    time: new Date(time).toISOString(),
    level: levelName(level).toLowerCase(),
    logger: logger ?? 'pulsemq',
    message: msg ?? '',
    error: err === undefined ? undefined : (err.stack ?? err.message),
  })}\n`;
}

const levelName = (level: number): string => levelNames[level] ?? String(level);

// Escapes control characters, so that text from a peer cannot forge a line.
const oneLine = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters
  text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, escaped);

const escaped = (char: string): string =>
  char === '\n' ? '\\n' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
