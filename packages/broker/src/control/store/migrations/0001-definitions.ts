import { type Kysely, sql } from 'kysely';
import { columnTypes } from './column-types.js';

/** Users, namespaces, topics, grants, the audit log, the broker's own values, and log-ins that were logged out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createUsers(db);
  await createNamespaces(db);
  await createTopics(db);
  await createGrants(db);
  await createAuditLog(db);
  await createSettings(db);
  await createRevokedTokens(db);
}

async function createUsers(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { integer, text, numbered } = columnTypes(db);
  await schema
    .createTable('users')
    .addColumn('id', integer, numbered)
    .addColumn('username', text, (column) => column.notNull().unique())
    .addColumn('user_type', text, (column) => column.notNull())
    .addColumn('password_hash', text)
    .addColumn('token_hash', text)
    .addColumn('is_active', integer, (column) => column.notNull().defaultTo(1))
    .addColumn('must_change_password', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('token_version', integer, (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('updated_at', text, (column) => column.notNull())
    .execute();
}

async function createNamespaces(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { integer, text, numbered } = columnTypes(db);
  await schema
    .createTable('namespaces')
    .addColumn('id', integer, numbered)
    .addColumn('name', text, (column) => column.notNull().unique())
    .addColumn('description', text, (column) => column.notNull().defaultTo(''))
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('is_active', integer, (column) => column.notNull().defaultTo(1))
    .addColumn('keep_last_value', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', text, (column) => column.notNull())
    .execute();
}

async function createTopics(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { integer, text, numbered } = columnTypes(db);
  await schema
    .createTable('topics')
    .addColumn('id', integer, numbered)
    .addColumn('namespace_id', integer, (column) => column.notNull().references('namespaces.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addUniqueConstraint('topics_name', ['namespace_id', 'name'])
    .execute();
  await schema.createIndex('topics_by_name').on('topics').columns(['name', 'namespace_id']).execute();
}

async function createGrants(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { integer, text, numbered } = columnTypes(db);
  await schema
    .createTable('namespace_permissions')
    .addColumn('id', integer, numbered)
    .addColumn('user_id', integer, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('namespace_id', integer, (column) => column.notNull().references('namespaces.id').onDelete('cascade'))
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('granted_by', text, (column) => column.notNull())
    .addColumn('granted_at', text, (column) => column.notNull())
    .addUniqueConstraint('namespace_permissions_pair', ['user_id', 'namespace_id'])
    .execute();
}

async function createSettings(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { text } = columnTypes(db);
  await schema
    .createTable('settings')
    .addColumn('key', text, (column) => column.primaryKey())
    .addColumn('value', text, (column) => column.notNull())
    .execute();
}

async function createRevokedTokens(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { integer, text } = columnTypes(db);
  await schema
    .createTable('revoked_tokens')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .execute();
}

async function createAuditLog(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { integer, text, numbered } = columnTypes(db);
  await schema
    .createTable('audit_log')
    .addColumn('id', integer, numbered)
    .addColumn('op_type', text, (column) => column.notNull())
    .addColumn('target_type', text, (column) => column.notNull())
    .addColumn('operator', text, (column) => column.notNull())
    .addColumn('address', text, (column) => column.notNull())
    .addColumn('target', text, (column) => column.notNull())
    .addColumn('namespace', text)
    .addColumn('old_value', text)
    .addColumn('new_value', text)
    .addColumn('result', text, (column) => column.notNull())
    .addColumn('request_id', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
    .execute();
  for (const column of ['created_at', 'operator', 'op_type', 'target']) {
    await schema.createIndex(`audit_log_${column}`).on('audit_log').columns([column, 'id']).execute();
  }
}
