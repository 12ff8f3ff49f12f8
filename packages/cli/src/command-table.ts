import type { Command } from 'commander';
import type { CommandRun } from './command-run.js';

/** A sub-command. `load` imports its code on use, so that a start loads no other command. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  load(run: CommandRun): Promise<Command>;
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
    summary: 'check a configuration file',
    load: async (run) => (await import('./commands/check.js')).checkCommand(run),
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
    name: 'grant',
    group: administration,
    summary: 'set, remove and check the roles of users',
    load: async (run) => (await import('./commands/grant.js')).grantCommand(run),
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
    summary: 'list, acknowledge and mute alerts, and list their rules',
    load: async (run) => (await import('./commands/alerts.js')).alertsCommand(run),
  },
  {
    name: 'audit',
    group: administration,
    summary: 'show the audit log',
    load: async (run) => (await import('./commands/audit.js')).auditCommand(run),
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
    load: async (run) => (await import('./commands/completion.js')).completionCommand(run),
  },
];
