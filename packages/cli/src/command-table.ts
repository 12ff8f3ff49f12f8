import type { Command } from 'commander';
import type { CommandParser } from './command-parser.js';
import type { CommandRun } from './command-run.js';

/** A sub-command. `load` imports its code on use, so that a start loads no other command. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  /** Called by scripts; the help does not list it. */
  readonly isHidden?: boolean;
  load(run: CommandRun, parser: CommandParser): Promise<Command>;
}

const messages = 'Messages:';
const administration = 'Administration (HTTP API):';
const broker = 'Broker:';
const settings = 'Settings:';

export const commandTable: readonly CommandEntry[] = [
  {
    name: 'serve',
    group: broker,
    summary: 'start the broker (the default command)',
    load: async (run) => (await import('./commands/serve.js')).serveCommand(run),
  },
  {
    name: 'pub',
    group: messages,
    summary: 'publish an argument, lines, JSON lines or CSV',
    load: async (run) => (await import('./commands/pub.js')).pubCommand(run),
  },
  {
    name: 'sub',
    group: messages,
    summary: 'print messages as they arrive',
    load: async (run) => (await import('./commands/sub.js')).subCommand(run),
  },
  {
    name: 'last',
    group: messages,
    summary: 'print the last values of topics',
    load: async (run) => (await import('./commands/last.js')).lastCommand(run),
  },
  {
    name: 'history',
    group: messages,
    summary: 'print past messages as rows, or bars of their prices',
    load: async (run) => (await import('./commands/history.js')).historyCommand(run),
  },
  {
    name: 'query',
    group: messages,
    summary: 'run SQL over past messages, with DuckDB',
    load: async (run) => (await import('./commands/query.js')).queryCommand(run),
  },
  {
    name: 'watch',
    group: messages,
    summary: 'show a board of prices, updated in place',
    load: async (run) => (await import('./commands/watch.js')).watchCommand(run),
  },
  {
    name: 'record',
    group: messages,
    summary: 'record messages and their times in a file',
    load: async (run) => (await import('./commands/record.js')).recordCommand(run),
  },
  {
    name: 'replay',
    group: messages,
    summary: 'publish a recording or a CSV file at the pace of its times',
    load: async (run) => (await import('./commands/replay.js')).replayCommand(run),
  },
  {
    name: 'bench',
    group: broker,
    summary: 'measure the throughput and latency of a running broker',
    load: async (run) => (await import('./commands/bench.js')).benchCommand(run),
  },
  {
    name: 'status',
    group: broker,
    summary: 'show the state of the broker on one screen',
    load: async (run) => (await import('./commands/status.js')).statusCommand(run),
  },
  {
    name: 'top',
    group: broker,
    summary: 'show a live view: rates, topics, slow clients',
    load: async (run) => (await import('./commands/top.js')).topCommand(run),
  },
  {
    name: 'demo',
    group: broker,
    summary: 'publish a simulated market',
    load: async (run) => (await import('./commands/demo.js')).demoCommand(run),
  },
  {
    name: 'check',
    group: broker,
    summary: 'check a configuration, and show where each setting comes from',
    load: async (run) => (await import('./commands/check.js')).checkCommand(run),
  },
  {
    name: 'drain',
    group: broker,
    summary: 'let the clients of a broker move to other brokers, and end it',
    load: async (run) => (await import('./commands/drain.js')).drainCommand(run),
  },
  {
    name: 'keygen',
    group: broker,
    summary: 'make keys for CURVE, or a self-signed certificate',
    load: async (run) => (await import('./commands/keygen.js')).keygenCommand(run),
  },
  {
    name: 'store',
    group: broker,
    summary: 'copy the database from SQLite to PostgreSQL or back',
    load: async (run) => (await import('./commands/store.js')).storeCommand(run),
  },
  {
    name: 'restore',
    group: broker,
    summary: 'replace the database of a stopped broker with a backup',
    load: async (run) => (await import('./commands/restore.js')).restoreCommand(run),
  },
  {
    name: 'journal',
    group: broker,
    summary: 'store a recording in the journal of a stopped broker',
    load: async (run) => (await import('./commands/journal.js')).journalCommand(run),
  },
  {
    name: 'admin',
    group: broker,
    summary: 'reset a lost password on the database of a stopped broker',
    load: async (run) => (await import('./commands/admin.js')).adminCommand(run),
  },
  {
    name: 'install-service',
    group: broker,
    summary: 'write a unit of systemd that runs the broker',
    load: async (run) => (await import('./commands/install-service.js')).installServiceCommand(run),
  },
  {
    name: 'login',
    group: administration,
    summary: 'log in to the HTTP API',
    load: async (run) => (await import('./commands/login.js')).loginCommand(run),
  },
  {
    name: 'logout',
    group: administration,
    summary: 'log out of the HTTP API',
    load: async (run) => (await import('./commands/logout.js')).logoutCommand(run),
  },
  {
    name: 'user',
    group: administration,
    summary: 'list, create, change and delete users',
    load: async (run) => (await import('./commands/user.js')).userCommand(run),
  },
  {
    name: 'ns',
    group: administration,
    summary: 'list, create, change and delete namespaces',
    load: async (run) => (await import('./commands/ns.js')).namespaceCommand(run),
  },
  {
    name: 'freshness',
    group: administration,
    summary: 'show, set and preview rules of freshness',
    load: async (run) => (await import('./commands/freshness.js')).freshnessCommand(run),
  },
  {
    name: 'bars',
    group: administration,
    summary: 'show and set rules that make bars of prices',
    load: async (run) => (await import('./commands/bars.js')).barsCommand(run),
  },
  {
    name: 'grant',
    group: administration,
    summary: 'set, remove and check the roles of users',
    load: async (run) => (await import('./commands/grant.js')).grantCommand(run),
  },
  {
    name: 'topic',
    group: administration,
    summary: 'list, show and delete topics',
    load: async (run) => (await import('./commands/topic.js')).topicCommand(run),
  },
  {
    name: 'connection',
    group: administration,
    summary: 'list, show and end connections',
    load: async (run) => (await import('./commands/connection.js')).connectionCommand(run),
  },
  {
    name: 'token',
    group: administration,
    summary: 'reset and check tokens',
    load: async (run) => (await import('./commands/token.js')).tokenCommand(run),
  },
  {
    name: 'alerts',
    group: administration,
    summary: 'list, acknowledge and mute alerts, and change their rules',
    load: async (run) => (await import('./commands/alerts.js')).alertsCommand(run),
  },
  {
    name: 'cluster',
    group: administration,
    summary: 'show the brokers of the cluster, and find publishers and sessions at them',
    load: async (run) => (await import('./commands/cluster.js')).clusterCommand(run),
  },
  {
    name: 'webhook',
    group: administration,
    summary: 'list, change and test the receivers of alerts',
    load: async (run) => (await import('./commands/webhook.js')).webhookCommand(run),
  },
  {
    name: 'audit',
    group: administration,
    summary: 'show the audit log',
    load: async (run) => (await import('./commands/audit.js')).auditCommand(run),
  },
  {
    name: 'settings',
    group: administration,
    summary: 'show the settings of the running broker',
    load: async (run) => (await import('./commands/settings.js')).settingsCommand(run),
  },
  {
    name: 'export',
    group: administration,
    summary: 'save namespaces, rules, users and grants as JSON',
    load: async (run) => (await import('./commands/export.js')).exportCommand(run),
  },
  {
    name: 'import',
    group: administration,
    summary: 'add the definitions in a file of "export"',
    load: async (run) => (await import('./commands/import.js')).importCommand(run),
  },
  {
    name: 'backup',
    group: administration,
    summary: 'make a backup of the database',
    load: async (run) => (await import('./commands/backup.js')).backupCommand(run),
  },
  {
    name: 'logs',
    group: administration,
    summary: 'print the newest lines of the log',
    load: async (run) => (await import('./commands/logs.js')).logsCommand(run),
  },
  {
    name: 'log-level',
    group: administration,
    summary: 'show or change the level of the log',
    load: async (run) => (await import('./commands/log-level.js')).logLevelCommand(run),
  },
  {
    name: 'context',
    group: settings,
    summary: 'save brokers and credentials under names',
    load: async (run) => (await import('./commands/context.js')).contextCommand(run),
  },
  {
    name: 'completion',
    group: settings,
    summary: 'print a completion script for bash, zsh or fish',
    load: async (run, parser) => (await import('./commands/completion.js')).completionCommand(run, parser),
  },
  {
    name: 'complete-names',
    group: settings,
    summary: 'print names that may come next, for completion scripts',
    isHidden: true,
    load: async (run, parser) => (await import('./commands/complete-names.js')).completeNamesCommand(run, parser),
  },
];
