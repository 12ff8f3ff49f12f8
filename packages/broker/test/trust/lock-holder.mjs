import Database from 'libsql';

/** A second process that holds the write lock of a database, as a backup does, until its standard input ends. */

const database = new Database(process.argv[2]);
database.pragma('busy_timeout = 5000');
database.exec('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
process.stdin.on('end', () => {
  database.exec('ROLLBACK');
  process.exit(0);
});
process.stdin.resume();
