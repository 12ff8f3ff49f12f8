import { version } from '../../version.js';
import { damaged } from './backup-error.js';

/**
 * A backup is one line, `PMQBACKUP1 ` and a JSON object, and behind it the database file as it is. The line says what must follow, so a
 * reader finds a backup that was cut or changed.
 */
export interface BackupHeader {
  /** ISO 8601 in UTC. */
  readonly created_at: string;
  /** Version of the broker. */
  readonly version: string;
  /** Name of the newest migration of the database. */
  readonly schema: string;
  /** Length of the database file. */
  readonly bytes: number;
  /** Lowercase hex SHA-256 of the database file. */
  readonly sha256: string;
}

const magic = 'PMQBACKUP1 ';

/** A longer first line is not that of a backup. */
export const headerMaxBytes = 1_024;

export const newHeader = (copy: Pick<BackupHeader, 'schema' | 'bytes' | 'sha256'>): BackupHeader => ({
  created_at: new Date().toISOString(),
  version,
  ...copy,
});

export const headerLine = (header: BackupHeader): string => `${magic}${JSON.stringify(header)}\n`;

/** The header at the start of a file, and the offset of the database behind it. Throws a BackupError for any other file. */
export function readHeader(start: Buffer): { header: BackupHeader; bodyAt: number } {
  const end = start.indexOf('\n');
  if (start.toString('latin1', 0, magic.length) !== magic || end < 0) throw damaged('it is not a backup');
  try {
    const header = JSON.parse(start.toString('utf8', magic.length, end)) as Partial<BackupHeader>;
    if (isHeader(header)) return { header, bodyAt: end + 1 };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw damaged('it is damaged: its first line cannot be read');
}

function isHeader(header: Partial<BackupHeader>): header is BackupHeader {
  const { created_at, version: made, schema, bytes, sha256 } = header;
  const hasTexts = [created_at, made, schema].every((text) => typeof text === 'string');
  return hasTexts && Number.isSafeInteger(bytes) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
}
