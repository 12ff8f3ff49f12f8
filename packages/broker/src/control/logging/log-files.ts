import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';
import { localDay } from './log-line.js';

const fileName = 'pulsemq.log';
const oldFile = /^pulsemq\.log\.\d{4}-\d{2}-\d{2}(\.\d+)?$/;

/**
 * Opens `pulsemq.log` in `dir`. At local midnight the file is renamed to `pulsemq.log.YYYY-MM-DD`, the day it covers, and the newest
 * `maxDays` of those are kept. Throws a StartupError when the folder cannot be created or the file cannot be written.
 */
export function openLogFiles(dir: string, maxDays: number): RotatingFileStream {
  try {
    mkdirSync(dir, { recursive: true });
    closeSync(openSync(join(dir, fileName), 'a'));
  } catch (error) {
    throw new StartupError(`logging.dir ${dir} cannot be written to: ${errorText(error)}`);
  }
  const stream = createStream(oldName, {
    path: dir,
    interval: '1d',
    intervalBoundary: true,
    initialRotation: true,
  });
  stream.on('rotated', () => removeOldFiles(dir, maxDays));
  removeOldFiles(dir, maxDays);
  return stream;
}

function oldName(time: number | Date | null, index = 1): string {
  if (time === null) return fileName;
  const name = `${fileName}.${localDay(new Date(time))}`;
  return index > 1 ? `${name}.${index}` : name;
}

function removeOldFiles(dir: string, maxDays: number): void {
  const old = readdirSync(dir)
    .filter((name) => oldFile.test(name))
    .sort();
  for (const name of old.slice(0, Math.max(0, old.length - maxDays))) rmSync(join(dir, name), { force: true });
}
