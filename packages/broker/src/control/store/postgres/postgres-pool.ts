import pg from 'pg';

/** Connections of one broker for queries. One of them at most writes; the listener has one of its own. */
const maxCount = 4;
/** Time to open a connection, and to wait for one of the pool. */
const connectMs = 3_000;
/** Time of one statement: on the server, and here, where a server that has vanished says nothing. */
const statementMs = 10_000;
const answerMs = 12_000;
/** How long a change waits for the write lock. */
export const writeWaitMs = 5_000;
/** A transaction of a broker that stands still must not hold the write lock for ever. */
const idleInTransactionMs = 10_000;

const bigintOid = 20;

/** Counts and ids have 64 bits in PostgreSQL; all of ours are exact as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === bigintOid ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** What every connection has in common. */
const common = (url: string, name: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: name,
  connectionTimeoutMillis: connectMs,
  keepAlive: true,
  types,
});

/** The pool of a running broker. */
export const brokerPool = (url: string, name: string): pg.Pool =>
  guarded(
    new pg.Pool({
      ...common(url, name),
      max: maxCount,
      statement_timeout: statementMs,
      query_timeout: answerMs,
      lock_timeout: writeWaitMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
    }),
  );

/** Connections for changes of the schema and for copies: a statement may take any time, and another broker may be at the same. */
export const patientPool = (url: string, name: string): pg.Pool =>
  guarded(new pg.Pool({ ...common(url, name), max: 2 }));

/** A connection that listens. */
export const listeningClient = (url: string, name: string): pg.Client =>
  new pg.Client({ ...common(url, name), query_timeout: answerMs });

/** A connection that breaks while no query runs emits an error, which would end the process. The pool replaces it by itself. */
function guarded(pool: pg.Pool): pg.Pool {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
