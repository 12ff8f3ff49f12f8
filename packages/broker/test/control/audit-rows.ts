import Database from 'libsql';

/** Writes audit rows into the database of a broker that does not run, by SQLite itself. */
export function addAuditRows(databasePath: string, rowCount: number): void {
  const database = new Database(databasePath);
  database.exec(`
    WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${rowCount})
    INSERT INTO audit_log (op_type, target_type, operator, address, target, result, request_id)
    SELECT 'grant', 'user', 'admin', '127.0.0.1', 'user' || n, 'ok', 'request' || n FROM counted`);
  database.close();
}
