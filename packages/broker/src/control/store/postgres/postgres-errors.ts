import pg from 'pg';
import { errorText } from '../../error-text.js';
import { StoreError, type StoreProblemCode } from '../store-error.js';

/** SQLSTATE, or its class, behind each problem (PostgreSQL, appendix A). The longest prefix is found first. */
const problems: readonly (readonly [prefix: string, code: StoreProblemCode, text: string])[] = [
  ['53100', 'STORE_FULL', 'no room is left on the disk of the database'],
  ['25006', 'STORE_READ_ONLY', 'the database may only be read'],
  ['55P03', 'STORE_LOCKED', 'another broker or program holds the write lock of the database'],
  ['57014', 'STORE_LOCKED', 'the database took too long'],
  ['53', 'STORE_AWAY', 'the database accepts no more connections'],
  ['57P', 'STORE_AWAY', 'the database is stopping or starting'],
  ['08', 'STORE_AWAY', 'the connection to the database broke'],
  ['25P03', 'STORE_AWAY', 'the database ended a transaction that stood still'],
  ['40', 'STORE_BUSY', 'other writes were in the way'],
  ['28', 'STORE_FAILED', 'the database refuses the log-in of the broker'],
  ['3D', 'STORE_FAILED', 'the database does not exist'],
  ['58', 'STORE_FAILED', 'the disk of the database fails'],
  ['XX', 'STORE_FAILED', 'the database is damaged'],
];

/** A StoreError for what concerns the whole database; any other error, such as a name that is taken, as it is. */
export function storeErrorOf(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  // An error that does not come from the server means that a connection could not be made, or that it broke.
  if (!(error instanceof pg.DatabaseError)) {
    return new StoreError('STORE_AWAY', `the database cannot be reached (${causeOf(error)})`, { cause: error });
  }
  const found = problems.find(([prefix]) => error.code?.startsWith(prefix) === true);
  if (found === undefined) return error;
  return new StoreError(found[1], `${found[2]} (${error.code}: ${error.message})`, { cause: error });
}

/** A host with several addresses fails with one error for each; the first one says enough. */
const causeOf = (error: unknown): string =>
  errorText(error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error);
