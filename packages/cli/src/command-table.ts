import type { Command } from 'commander';

/** A sub-command, read only when it is called: a start costs what the one command needs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  load(): Promise<Command>;
}

const messages = 'Messages:';
const administration = 'Administration (HTTP API):';
const broker = 'Broker:';
const settings = 'This command:';

export const commandTable: readonly CommandEntry[] = [
  {
    ...{ name: 'serve', group: broker, summary: 'start the broker (as without a command)' },
    load: async () => (await import('./commands/serve.js')).serveCommand(),
  },
  {
    ...{ name: 'pub', group: messages, summary: 'publish an argument, lines, JSON lines or CSV' },
    load: async () => (await import('./commands/pub.js')).pubCommand(),
  },
  {
    ...{ name: 'sub', group: messages, summary: 'print messages as they come' },
    load: async () => (await import('./commands/sub.js')).subCommand(),
  },
  {
    ...{ name: 'record', group: messages, summary: 'write messages into a file, with their times' },
    load: async () => (await import('./commands/record.js')).recordCommand(),
  },
  {
    ...{ name: 'replay', group: messages, summary: 'publish a recording, or CSV, at the pace of its times' },
    load: async () => (await import('./commands/replay.js')).replayCommand(),
  },
  {
    ...{ name: 'bench', group: broker, summary: 'test a running broker: throughput and latency' },
    load: async () => (await import('./commands/bench.js')).benchCommand(),
  },
  {
    ...{ name: 'top', group: broker, summary: 'a live view: rates, topics, slow clients' },
    load: async () => (await import('./commands/top.js')).topCommand(),
  },
  {
    ...{ name: 'demo', group: broker, summary: 'publish a market that moves, to look at' },
    load: async () => (await import('./commands/demo.js')).demoCommand(),
  },
  {
    ...{ name: 'check', group: broker, summary: 'check a configuration file' },
    load: async () => (await import('./commands/check.js')).checkCommand(),
  },
  {
    ...{ name: 'login', group: administration, summary: 'log in, and keep the log-in' },
    load: async () => (await import('./commands/login.js')).loginCommand(),
  },
  {
    ...{ name: 'logout', group: administration, summary: 'end the log-in' },
    load: async () => (await import('./commands/logout.js')).logoutCommand(),
  },
  {
    ...{ name: 'user', group: administration, summary: 'list, create, change and delete users' },
    load: async () => (await import('./commands/user.js')).userCommand(),
  },
  {
    ...{ name: 'ns', group: administration, summary: 'list, create, change and delete namespaces' },
    load: async () => (await import('./commands/ns.js')).namespaceCommand(),
  },
  {
    ...{ name: 'grant', group: administration, summary: 'give and take roles, and ask who may do what' },
    load: async () => (await import('./commands/grant.js')).grantCommand(),
  },
  {
    ...{ name: 'token', group: administration, summary: 'reset and check tokens' },
    load: async () => (await import('./commands/token.js')).tokenCommand(),
  },
  {
    ...{ name: 'audit', group: administration, summary: 'show who changed what' },
    load: async () => (await import('./commands/audit.js')).auditCommand(),
  },
  {
    ...{ name: 'context', group: settings, summary: 'save brokers and credentials under names' },
    load: async () => (await import('./commands/context.js')).contextCommand(),
  },
  {
    ...{ name: 'completion', group: settings, summary: 'a script for bash, zsh or fish' },
    load: async () => (await import('./commands/completion.js')).completionCommand(),
  },
];
