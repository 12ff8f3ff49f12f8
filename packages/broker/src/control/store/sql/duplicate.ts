import { DuplicateError } from '../store.js';

/** Runs an insert or update, and throws a DuplicateError when a unique key is violated. */
export async function orDuplicate<Result>(what: string, name: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code?.startsWith('SQLITE_CONSTRAINT') === true && /UNIQUE/i.test(String(error))) {
      throw new DuplicateError(what, name);
    }
    throw error;
  }
}
