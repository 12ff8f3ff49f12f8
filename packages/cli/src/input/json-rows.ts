import type { DataFrame, Row } from '@pulsemq/client';
import { usageError } from '../exit-code.js';

/** A DataFrame of parsed JSON: an object is one row, an array of objects several. Throws a CommandError that names the place. */
export async function rowsFrame(value: unknown, where: string): Promise<DataFrame> {
  const { DataFrame: Frame } = await import('@pulsemq/client');
  const rows = Array.isArray(value) ? value : [value];
  if (!rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))) {
    throw usageError(`${where} must be a JSON object or an array of objects to become a DataFrame`);
  }
  try {
    return Frame.fromRows(rows as Row[]);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'PMQ_BAD_PAYLOAD') throw error;
    throw usageError(`${where}: ${(error as Error).message}`);
  }
}
