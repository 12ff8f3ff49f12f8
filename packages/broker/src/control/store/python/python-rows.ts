import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import type Database from 'libsql';

/** What the database of the Python package holds, as far as it moves in. Its statistics do not: most of them were never filled. */
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
  readonly user_type: string;
  readonly password_hash: string | null;
  readonly token_hash: string | null;
  readonly is_active: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface PythonNamespace {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly created_by: string;
  readonly is_active: number;
  readonly created_at: string;
}

export interface PythonTopic {
  readonly id: number;
  readonly namespace_id: number;
  readonly name: string;
  readonly created_by: string;
  readonly created_at: string;
}

export interface PythonGrant {
  readonly user_id: number;
  readonly namespace_id: number;
  readonly role: string;
  readonly granted_by: string;
  readonly granted_at: string;
}

export interface PythonAuditRow {
  readonly op_type: string;
  readonly target_type: string;
  readonly operator: string;
  readonly target: string;
  readonly namespace: string | null;
  readonly old_value: string | null;
  readonly new_value: string | null;
  readonly created_at: string;
}

/** The tables it is known by, each with the columns that are read. */
const tables = {
  users: ['id', 'username', 'user_type', 'password_hash', 'token_hash', 'is_active', 'created_at', 'updated_at'],
  namespaces: ['id', 'name', 'description', 'created_by', 'is_active', 'created_at'],
  topics: ['id', 'namespace_id', 'name', 'created_by', 'created_at'],
  namespace_permissions: ['user_id', 'namespace_id', 'role', 'granted_by', 'granted_at'],
  audit_log: ['op_type', 'target_type', 'operator', 'target', 'namespace', 'old_value', 'new_value', 'created_at'],
} as const;

/** Where the text of the schema stands: at the start of the file, or of its write-ahead log when that was never written back. */
const schemaBytes = 1_048_576;

/**
 * Whether the bytes look like a schema of the Python package. A database of another program is not even opened: that alone would
 * make journal files beside it.
 */
export function mentionsPythonTables(path: string): boolean {
  const text = [path, `${path}-wal`].filter((file) => existsSync(file)).map(startOf);
  return Object.keys(tables).every((table) => text.some((bytes) => bytes.includes(table)));
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

/** Whether every table and column is there that the Python package makes. */
export function isPythonDatabase(database: Database.Database): boolean {
  return Object.entries(tables).every(([table, wanted]) => {
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: string }[];
    const names = new Set(columns.map(({ name }) => name));
    return wanted.every((column) => names.has(column));
  });
}

export function readPythonRows(database: Database.Database): PythonRows {
  const all = (table: keyof typeof tables): unknown[] =>
    database.prepare(`SELECT ${tables[table].join(', ')} FROM ${table} ORDER BY id`).all();
  return {
    users: all('users') as PythonUser[],
    namespaces: all('namespaces') as PythonNamespace[],
    topics: all('topics') as PythonTopic[],
    grants: all('namespace_permissions') as PythonGrant[],
    audit: all('audit_log') as PythonAuditRow[],
  };
}
