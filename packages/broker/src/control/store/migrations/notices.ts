import { type Kysely, sql } from 'kysely';

/** Channel on which PostgreSQL tells brokers what has changed. `postgres/notice.ts` reads what is sent here. */
export const noticeChannel = 'pulsemq';

/** What is said of a row that has changed: its kind, and the columns with its ids. */
interface NoticeOfRow {
  readonly table: string;
  readonly kind: string;
  readonly on: string;
  readonly columns: readonly string[];
}

const anyChange = 'insert or update or delete';

const rows: readonly NoticeOfRow[] = [
  { table: 'users', kind: 'user', on: anyChange, columns: ['id'] },
  { table: 'namespaces', kind: 'namespace', on: anyChange, columns: ['id'] },
  { table: 'namespace_permissions', kind: 'grant', on: anyChange, columns: ['user_id', 'namespace_id'] },
  // A new topic concerns one broker, until a client publishes to it at another one.
  { table: 'topics', kind: 'topic', on: 'delete', columns: ['namespace_id', 'id'] },
];

/** Tables of which brokers read all rows again. */
const tables = [
  { table: 'revoked_tokens', kind: 'logout', on: 'insert' },
  { table: 'alert_rules', kind: 'alerts', on: anyChange },
  { table: 'webhooks', kind: 'alerts', on: anyChange },
] as const;

/**
 * Triggers that tell every broker what has changed when the change is committed, by any broker or program. A notice has ids and no names: what a
 * broker needs it reads, and so it never acts on a state that is older than what it read before.
 */
export async function createNotices(db: Kysely<unknown>): Promise<void> {
  await sql`create function pulsemq_notice() returns trigger language plpgsql as ${sql.raw(noticeFunction)}`.execute(
    db,
  );
  for (const { table, kind, on, columns } of rows)
    await createTrigger(db, table, `after ${on}`, 'row', [kind, ...columns]);
  for (const { table, kind, on } of tables) await createTrigger(db, table, `after ${on}`, 'statement', [kind]);
}

/** A trigger for a table that came later, of which brokers read all rows again after any change. */
export const createTableNotice = (db: Kysely<unknown>, table: string, kind: string): Promise<void> =>
  createTrigger(db, table, `after ${anyChange}`, 'statement', [kind]);

/** Of a statement `new` and `old` are null, so a notice of one has its kind alone. */
const noticeFunction = `$function$
declare
  changed jsonb;
begin
  if tg_level = 'ROW' then
    if tg_op = 'DELETE' then changed := to_jsonb(old); else changed := to_jsonb(new); end if;
  end if;
  perform pg_notify('${noticeChannel}', concat_ws(' ', tg_argv[0], changed ->> tg_argv[1], changed ->> tg_argv[2]));
  return null;
end
$function$`;

async function createTrigger(
  db: Kysely<unknown>,
  table: string,
  when: string,
  level: 'row' | 'statement',
  parameters: readonly string[],
): Promise<void> {
  const name = sql.id(`${table}_notice`);
  const literals = sql.join(parameters.map((parameter) => sql.lit(parameter)));
  await sql`create trigger ${name} ${sql.raw(when)} on ${sql.table(table)}
    for each ${sql.raw(level)} execute function pulsemq_notice(${literals})`.execute(db);
}
