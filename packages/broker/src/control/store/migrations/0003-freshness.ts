import type { Kysely } from 'kysely';

/** The freshness rules and calendars of a namespace, as JSON; null without any. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('namespaces').addColumn('freshness', 'text').execute();
}
