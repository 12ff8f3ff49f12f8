import type { SelectQueryBuilder } from 'kysely';
import type { Listing, Page } from '../store.js';
import type { Tables } from './tables.js';

/** One page of `ordered`, and the number of rows of `filtered`: the same query without columns and order. */
export async function listing<Table extends keyof Tables, Row>(
  filtered: SelectQueryBuilder<Tables, Table, object>,
  ordered: SelectQueryBuilder<Tables, Table, Row>,
  { limit, offset }: Page,
): Promise<Listing<Row>> {
  const rows = await ordered.limit(limit).offset(offset).execute();
  const { total } = await filtered.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { rows: rows as Row[], total };
}
