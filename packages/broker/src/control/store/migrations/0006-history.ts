import type { Kysely } from 'kysely';

/** Whether the messages of a namespace are kept in the journal. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('namespaces')
    .addColumn('history', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
