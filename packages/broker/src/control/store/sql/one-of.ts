import { type RawBuilder, sql } from 'kysely';

/** `column` is one of `ids`. True for no row when there are none: PostgreSQL refuses an empty list. */
export const oneOf = (column: string, ids: readonly number[]): RawBuilder<boolean> =>
  ids.length === 0 ? sql<boolean>`1 = 0` : sql<boolean>`${sql.ref(column)} in (${sql.join(ids)})`;
