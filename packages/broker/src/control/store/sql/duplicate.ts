import { DuplicateError } from '../store.js';

/** Runs an insert or update, and throws a DuplicateError when a unique key is violated. */
export async function orDuplicate<Result>(what: string, name: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (isDuplicate(error)) throw new DuplicateError(what, name);
    throw error;
  }
}

/** `unique_violation` of PostgreSQL, or the same of SQLite. */
function isDuplicate(error: unknown): boolean {
  const { code } = error as { code?: string };
  if (code === '23505') return true;
  return code?.startsWith('SQLITE_CONSTRAINT') === true && /UNIQUE/i.test(String(error));
}
