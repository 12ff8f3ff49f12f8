import { topicDefaultLevelCount, topicMaxLevelCount } from '@pulsemq/protocol';
import { z } from 'zod';
import { isOrigin, notOriginText } from '../../allowed-origin.js';
import { encryptionModes } from '../../port-encryption.js';
import { isAddressOrRange, notAddressText } from './address-list.js';
import { cluster, clusterProblem } from './cluster-settings.js';
import { encryptionProblem } from './encryption-problem.js';
import { journalSection as journal } from './journal-settings.js';
import { httpLimitSettings, limitSettings, loginTimeout } from './limit-settings.js';
import type { RenamedSettings } from './renamed-settings.js';

/**
 * Every setting of the broker: its place in the YAML file, default, unit, range, and a line of help. `npm run config-table` writes the
 * table of docs/configuration.md and config.example.yaml from this, and tests compare them.
 */

const portMax = 65_535;
const port = z.int().min(0).max(portMax);
const seconds = (min: number, max: number) => z.int().min(min).max(max).meta({ unit: 's' });
const bytes = (min: number, max: number) => z.int().min(min).max(max).meta({ unit: 'bytes' });

const describe = <Schema extends z.ZodType>(schema: Schema, description: string): Schema =>
  schema.meta({ ...schema.meta(), description });

const file = z.string().min(1).nullable();

const server = z.strictObject({
  host: describe(z.string().min(1), 'Address on which all three ports listen').default('0.0.0.0'),
  pub_port: describe(port, 'Port for publishers and requests; 0 takes two adjacent free ports').default(5555),
  sub_port: describe(port.nullable(), 'Port for subscribers; unset means `pub_port` + 1').default(null),
  admin_port: describe(port, 'Port for the console and the HTTP API; 0 takes a free port').default(8080),
  trusted_proxies: describe(
    z.array(z.string().refine(isAddressOrRange, { error: notAddressText })),
    'Reverse proxies in front of the HTTP API: their `X-Forwarded-For` gives the address of the caller',
  ).default([]),
  allowed_origins: describe(
    z.array(z.string().refine(isOrigin, { error: notOriginText })).meta({ range: 'list of origins' }),
    "Web pages that may connect by WebSocket, such as `https://desk.example`; pages from the broker's own host are always allowed",
  ).default([]),
  tls_cert_file: describe(
    file,
    'Certificate of the broker, PEM, with its chain; set: TLS on the ports for publishers and subscribers, HTTPS on the admin port',
  ).default(null),
  tls_key_file: describe(file, 'Private key of the certificate, PEM').default(null),
  tls_client_ca_file: describe(
    file,
    'Authorities whose client certificates are accepted, PEM; a certificate may be bound to a user',
  ).default(null),
});

const storage = z.strictObject({
  driver: describe(
    z.enum(['sqlite', 'postgres']),
    'Database for users, grants and statistics: a file, or a server that several brokers share',
  ).default('sqlite'),
  db_path: describe(
    z.string().min(1),
    'Path of the database file; with `postgres` changes that wait for the server are in files beside it',
  ).default('./pulsemq.db'),
  url: describe(
    z.string().min(12).nullable().meta({ secret: true }),
    'Address of the PostgreSQL database, such as `postgres://user:password@host:5432/pulsemq?sslmode=verify-full`',
  ).default(null),
  url_file: describe(
    z.string().min(1).nullable(),
    'File with the address of the PostgreSQL database; use it because the address has a password',
  ).default(null),
  broker_name: describe(
    z.string().min(1).max(100).nullable(),
    'Name of this broker among those that share the database; unset: host name and `server.pub_port`',
  ).default(null),
});

const auth = z.strictObject({
  token_hash: describe(z.enum(['sha256']), 'Hash function for stored tokens').default('sha256'),
  login_timeout_sec: loginTimeout,
  ping_interval_sec: describe(seconds(1, 3_600), 'Idle time before the broker sends a ZMTP PING').default(30),
  ping_timeout_sec: describe(
    seconds(1, 3_600),
    'Time to answer a PING; after that the broker closes the connection',
  ).default(3),
  jwt_secret: describe(
    z.string().min(32).nullable().meta({ secret: true }),
    'Secret that signs admin log-ins, at least 32 characters; unset: generated once and stored in the database',
  ).default(null),
  jwt_expiry_sec: describe(seconds(60, 2_592_000), 'Lifetime of an admin log-in').default(86_400),
  legacy_subscribers: describe(
    z.boolean(),
    'Unauthenticated SUB sockets receive what the open sessions of their IP address subscribe to',
  ).default(true),
  curve_key_file: describe(
    file,
    'Keys of the broker for CURVE, as `pulsemq keygen` writes them; set: clients may encrypt by CURVE',
  ).default(null),
  encryption: describe(
    z.enum(encryptionModes),
    '`remote` refuses clear text from other machines, `always` refuses it from this one too',
  ).default('optional'),
  ask_password_change: describe(
    z.boolean(),
    'The console asks for a new password while the one of the first start, or one that an administrator set, is in use',
  ).default(true),
  force_password_change: describe(z.boolean(), 'Refuse other API calls until a generated password is changed').default(
    false,
  ),
});

const limits = z.strictObject({
  max_sessions_per_user: describe(z.int().min(1).max(100_000), 'Maximum open sessions of one user').default(10),
  max_subscriptions_per_session: describe(
    z.int().min(1).max(1_000_000),
    'Maximum subscriptions of one session',
  ).default(500),
  topics_per_namespace: describe(
    z.int().min(1).max(10_000_000),
    'Maximum topics of one namespace; a message to a new topic beyond that is refused',
  ).default(100_000),
  topic_levels: describe(
    z.int().min(1).max(topicMaxLevelCount),
    'Levels of a topic, such as 4 for 600000.SH.kline.1m',
  ).default(topicDefaultLevelCount),
  last_value_bytes: describe(bytes(0, 2 ** 40), 'Memory for the last values of all topics').default(268_435_456),
  rights_refresh_sec: describe(
    seconds(1, 86_400),
    'Interval at which the engine gets all rights again; single changes reach it at once',
  ).default(300),
  ...limitSettings,
  ...httpLimitSettings,
});

const broker = z.strictObject({
  backlog_messages: describe(
    z.int().min(1).max(10_000_000),
    'Maximum messages queued for one subscriber that has stopped reading',
  ).default(10_000),
  backlog_bytes: describe(bytes(65_536, 2 ** 36), 'Maximum bytes queued for one subscriber').default(67_108_864),
  backlog_total_bytes: describe(bytes(1_048_576, 2 ** 40), 'Maximum bytes queued for all subscribers together').default(
    1_073_741_824,
  ),
  pacing_ms: describe(
    z.int().min(0).max(1_000).meta({ unit: 'ms' }),
    'Interval at which paused publishers resume while a live subscriber lags; 0: publishers are never paused',
  ).default(5),
  handshake_timeout_ms: describe(
    z.int().min(100).max(600_000).meta({ unit: 'ms' }),
    'Time limit for the ZMTP handshake of a connection',
  ).default(5_000),
});

const logging = z.strictObject({
  dir: describe(z.string().min(1), 'Folder for the log files').default('./logs'),
  max_days: describe(z.int().min(1).max(3_650).meta({ unit: 'days' }), 'Days to keep old log files').default(7),
  max_bytes: describe(bytes(1_048_576, 2 ** 40), 'Bytes of all log files together; the oldest are removed').default(
    268_435_456,
  ),
  level: describe(z.enum(['debug', 'info', 'warn', 'error']), 'Lowest level that is logged').default('info'),
  format: describe(z.enum(['text', 'json']), 'Lines for people, or one JSON object for each').default('text'),
});

const monitoring = z.strictObject({
  minute_stats_retention_days: describe(
    z.int().min(1).max(3_650).meta({ unit: 'days' }),
    'How long to keep statistics by the minute',
  ).default(7),
  hour_stats_retention_days: describe(
    z.int().min(1).max(36_500).meta({ unit: 'days' }),
    'How long to keep statistics by the hour',
  ).default(30),
  stats_topics: describe(
    z.int().min(10).max(1_000_000),
    'Topics with statistics of their own in a minute and an hour: those with drops, stale ones, and the busiest; sums cover all topics',
  ).default(1_000),
  audit_retention_days: describe(
    z.int().min(1).max(36_500).meta({ unit: 'days' }),
    'How long to keep rows of the audit log',
  ).default(365),
  cleanup_interval_sec: describe(
    seconds(1, 86_400),
    'Interval at which old statistics and audit rows are removed',
  ).default(300),
  metrics_token: describe(
    z.string().min(16).nullable().meta({ secret: true }),
    'Bearer token for `GET /metrics`, at least 16 characters; unset: administrators only',
  ).default(null),
});

// An empty section, such as one whose lines are all commented out, has its defaults.
const section = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((value) => value ?? {}, schema);

export const configSections = {
  server,
  storage,
  auth,
  limits,
  broker,
  journal,
  logging,
  monitoring,
  cluster,
} as const;

/** The whole configuration. Every setting has a default. */
export const configSchema = z
  .strictObject({
    server: section(server),
    storage: section(storage),
    auth: section(auth),
    limits: section(limits),
    broker: section(broker),
    journal: section(journal),
    logging: section(logging),
    monitoring: section(monitoring),
    cluster: section(cluster),
  })
  .refine(({ server: { pub_port, sub_port } }) => sub_port !== null || pub_port !== portMax, {
    path: ['server', 'sub_port'],
    error: `unset means pub_port + 1, and ${portMax} is the highest port; set it`,
  })
  .superRefine(({ server, auth }, context) => {
    const problem = encryptionProblem(server, auth);
    if (problem !== undefined) context.addIssue({ code: 'custom', ...problem });
  })
  .superRefine(({ cluster }, context) => {
    const problem = clusterProblem(cluster);
    if (problem === undefined) return;
    context.addIssue({ code: 'custom', path: ['cluster', problem.key], message: problem.text });
  });

/** The configuration with all defaults, with the keys of the YAML file. */
export type Config = z.output<typeof configSchema>;

type SectionName = keyof typeof configSections;
type SectionInput<Section extends SectionName> = z.input<(typeof configSections)[Section]>;

/** The type of a setting, by its key such as `broker.backlog_bytes`. */
type SettingInput<Key extends string> = Key extends `${infer Section extends SectionName}.${infer Name}`
  ? Name extends keyof SectionInput<Section>
    ? SectionInput<Section>[Name]
    : never
  : never;

/** The old names of a section, with the types of the new ones. */
type OldNames<Section extends SectionName> = {
  readonly [Key in keyof RenamedSettings as Key extends `${Section}.${infer Name}` ? Name : never]?: SettingInput<
    RenamedSettings[Key]
  >;
};

/** What a caller may give: any part of the configuration, by new or old names. */
export type ConfigInput = {
  readonly [Section in SectionName]?: SectionInput<Section> & OldNames<Section>;
};
