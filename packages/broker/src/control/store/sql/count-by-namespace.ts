import type { Kysely } from 'kysely';
import type { Tables } from './tables.js';

/** Rows of a table by the id of their namespace; a namespace without any is left out. */
export async function countByNamespace(
  db: Kysely<Tables>,
  table: 'topics' | 'namespacePermissions',
): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom(table)
    .select((e) => ['namespaceId', e.fn.countAll<number>().as('count')])
    .groupBy('namespaceId')
    .orderBy('namespaceId')
    .execute();
  return new Map(rows.map(({ namespaceId, count }) => [namespaceId, count]));
}
