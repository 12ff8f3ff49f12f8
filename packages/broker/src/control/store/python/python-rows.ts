import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { CamelCasePlugin, Kysely, SqliteDialect, sql } from 'kysely';
import type Database from 'libsql';

/** What is migrated from a database of the Python package. Its statistics are not: most of their tables were never filled. */
export interface PythonRows {
  readonly users: readonly PythonUser[];
  readonly namespaces: readonly PythonNamespace[];
  readonly topics: readonly PythonTopic[];
  readonly grants: readonly PythonGrant[];
  readonly audit: readonly PythonAuditRow[];
}

export interface PythonUser {
  readonly id: number;
  readonly username: string;
  readonly userType: string;
  readonly passwordHash: string | null;
  readonly tokenHash: string | null;
  readonly isActive: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface PythonNamespace {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly createdBy: string;
  readonly isActive: number;
  readonly createdAt: string;
}

export interface PythonTopic {
  readonly id: number;
  readonly namespaceId: number;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: string;
}

export interface PythonGrant {
  readonly userId: number;
  readonly namespaceId: number;
  readonly role: string;
  readonly grantedBy: string;
  readonly grantedAt: string;
}

export interface PythonAuditRow {
  readonly opType: string;
  readonly targetType: string;
  readonly operator: string;
  readonly target: string;
  readonly namespace: string | null;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly createdAt: string;
}

/** The tables that identify such a database, each with the columns that are read. */
const tables = {
  users: ['id', 'username', 'user_type', 'password_hash', 'token_hash', 'is_active', 'created_at', 'updated_at'],
  namespaces: ['id', 'name', 'description', 'created_by', 'is_active', 'created_at'],
  topics: ['id', 'namespace_id', 'name', 'created_by', 'created_at'],
  namespace_permissions: ['user_id', 'namespace_id', 'role', 'granted_by', 'granted_at'],
  audit_log: ['op_type', 'target_type', 'operator', 'target', 'namespace', 'old_value', 'new_value', 'created_at'],
} as const;

/** Bytes that hold the text of the schema: the start of the file, or of its write-ahead log when that was never written back. */
const schemaBytes = 1_048_576;

/**
 * True when the bytes look like a schema of the Python package. Checked before SQLite opens the file: opening alone creates journal
 * files beside a database, and it may belong to another program.
 */
export function mentionsPythonTables(path: string): boolean {
  const starts = [path, `${path}-wal`].filter((file) => existsSync(file)).map(startOf);
  return Object.keys(tables).every((table) => starts.some((bytes) => bytes.includes(table)));
}

function startOf(path: string): Buffer {
  const bytes = Buffer.alloc(schemaBytes);
  const file = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, schemaBytes, 0));
  } finally {
    closeSync(file);
  }
}

/** True when the database has every table and column that the Python package creates. */
export function isPythonDatabase(database: Database.Database): boolean {
  return Object.entries(tables).every(([table, wanted]) => {
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: string }[];
    const names = new Set(columns.map(({ name }) => name));
    return wanted.every((column) => names.has(column));
  });
}

export async function readPythonRows(database: Database.Database): Promise<PythonRows> {
  const db = new Kysely({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] });
  const all = async <Row>(table: keyof typeof tables): Promise<Row[]> => {
    const columns = sql.raw(tables[table].join(', '));
    return (await sql<Row>`SELECT ${columns} FROM ${sql.raw(table)} ORDER BY id`.execute(db)).rows;
  };
  return {
    users: await all<PythonUser>('users'),
    namespaces: await all<PythonNamespace>('namespaces'),
    topics: await all<PythonTopic>('topics'),
    grants: await all<PythonGrant>('namespace_permissions'),
    audit: await all<PythonAuditRow>('audit_log'),
  };
}
