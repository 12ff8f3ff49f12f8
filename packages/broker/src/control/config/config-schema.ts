import { z } from 'zod';

/**
 * Every setting of the broker: its place in the YAML file, default, unit, range and one line of what it does. The table of the
 * README is made from this (`npm run config-table`), and a test compares them.
 */

const portMax = 65_535;
const port = z.int().min(0).max(portMax);
const seconds = (min: number, max: number) => z.int().min(min).max(max).meta({ unit: 's' });
const bytes = (min: number, max: number) => z.int().min(min).max(max).meta({ unit: 'bytes' });

const describe = <Schema extends z.ZodType>(schema: Schema, description: string): Schema =>
  schema.meta({ ...schema.meta(), description });

const server = z.strictObject({
  host: describe(z.string().min(1), 'Address all three ports listen on').default('0.0.0.0'),
  pub_port: describe(port, 'Publishers and requests; 0 takes two adjacent free ports').default(5555),
  sub_port: describe(port.nullable(), 'Subscribers; unset means `pub_port` + 1').default(null),
  admin_port: describe(port, 'Console and HTTP API; 0 takes a free port').default(8080),
});

const storage = z.strictObject({
  driver: describe(z.enum(['sqlite']), 'Where users, grants and statistics are kept').default('sqlite'),
  db_path: describe(z.string().min(1), 'The database file').default('./pulsemq.db'),
});

const auth = z.strictObject({
  token_hash: describe(z.enum(['sha256']), 'How tokens are stored').default('sha256'),
  ping_interval: describe(seconds(1, 3_600), 'A connection silent for so long is sent a ZMTP PING').default(30),
  ping_timeout: describe(seconds(1, 3_600), 'A PING unanswered for so long closes the connection').default(3),
  jwt_secret: describe(
    z.string().min(32).nullable().meta({ secret: true }),
    'Signs admin log-ins, at least 32 characters; unset: generated once and kept in the database',
  ).default(null),
  jwt_expiry: describe(seconds(60, 2_592_000), 'How long an admin log-in lasts').default(86_400),
  legacy_subscribers: describe(
    z.boolean(),
    'Unauthenticated SUB sockets get what live sessions of their address asked for',
  ).default(true),
  force_password_change: describe(
    z.boolean(),
    'A generated password must be changed before any other API call',
  ).default(false),
});

const limits = z.strictObject({
  max_connections_per_user: describe(z.int().min(1).max(100_000), 'Open sessions of one user').default(10),
  max_subscriptions_per_conn: describe(z.int().min(1).max(1_000_000), 'Subscriptions of one session').default(500),
  topics_per_namespace: describe(
    z.int().min(1).max(10_000_000),
    'A new topic past this is refused with an error',
  ).default(100_000),
  snapshot_bytes: describe(bytes(0, 2 ** 40), 'Memory for last values of topics').default(268_435_456),
  cache_refresh_sec: describe(
    seconds(1, 86_400),
    'Full re-push of rights to the engine; changes reach it at once anyway',
  ).default(300),
});

const broker = z.strictObject({
  hwm: describe(z.int().min(1).max(10_000_000), 'Messages queued for one subscriber that is not draining').default(
    10_000,
  ),
  outbox_bytes: describe(bytes(65_536, 2 ** 36), 'Bytes queued for one subscriber').default(67_108_864),
  outbox_total_bytes: describe(bytes(1_048_576, 2 ** 40), 'Bytes queued for all subscribers').default(1_073_741_824),
  pacing_ms: describe(
    z.int().min(0).max(1_000).meta({ unit: 'ms' }),
    'Time between letting publishers on in turn while a subscriber that still drains is behind; 0: none wait',
  ).default(5),
  handshake_timeout_ms: describe(
    z.int().min(100).max(600_000).meta({ unit: 'ms' }),
    'A connection must have finished its ZMTP handshake within this time',
  ).default(5_000),
});

const logging = z.strictObject({
  dir: describe(z.string().min(1), 'Folder of the log files').default('./logs'),
  max_days: describe(z.int().min(1).max(3_650).meta({ unit: 'days' }), 'Old log files kept').default(7),
  level: describe(z.enum(['debug', 'info', 'warn', 'error']), 'Least severe line that is written').default('info'),
});

const monitoring = z.strictObject({
  stats_retention_minutes: describe(
    z.int().min(1).max(3_650).meta({ unit: 'days' }),
    'How long statistics by the minute are kept',
  ).default(7),
  stats_retention_hours: describe(
    z.int().min(1).max(36_500).meta({ unit: 'days' }),
    'How long statistics by the hour are kept',
  ).default(30),
  cleanup_interval_sec: describe(seconds(1, 86_400), 'How often old rows are removed').default(300),
  metrics_token: describe(
    z.string().min(16).nullable().meta({ secret: true }),
    'A bearer token for `GET /metrics`, at least 16 characters; unset: administrators only',
  ).default(null),
});

// A section that is there and empty (all its lines commented out) means its defaults.
const section = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((value) => value ?? {}, schema);

export const configSections = { server, storage, auth, limits, broker, logging, monitoring } as const;

/** The whole configuration, with a default for everything. */
export const configSchema = z
  .strictObject({
    server: section(server),
    storage: section(storage),
    auth: section(auth),
    limits: section(limits),
    broker: section(broker),
    logging: section(logging),
    monitoring: section(monitoring),
  })
  .refine(({ server: { pub_port, sub_port } }) => sub_port !== null || pub_port !== portMax, {
    path: ['server', 'sub_port'],
    error: `unset means pub_port + 1, and there is no port after ${portMax}`,
  });

/** The effective configuration, in the words of the YAML file. */
export type Config = z.output<typeof configSchema>;

/** What a caller may give: any part of it. */
export type ConfigInput = {
  readonly [Section in keyof typeof configSections]?: z.input<(typeof configSections)[Section]>;
};
