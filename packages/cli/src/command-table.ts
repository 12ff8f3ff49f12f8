import type { Command } from 'commander';
import type { CommandRun } from './command-run.js';

/** A sub-command, read only when it is called: a start costs what the one command needs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  load(run: CommandRun): Promise<Command>;
}

const messages = 'Messages:';
const administration = 'Administration (HTTP API):';
const broker = 'Broker:';
const settings = 'This command:';

export const commandTable: readonly CommandEntry[] = [
  {
    name: 'serve',
    group: broker,
    summary: 'start the broker (as without a command)',
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
    summary: 'print messages as they come',
    load: async (run) => (await import('./commands/sub.js')).subCommand(run),
  },
  {
    name: 'record',
    group: messages,
    summary: 'write messages into a file, with their times',
    load: async (run) => (await import('./commands/record.js')).recordCommand(run),
  },
  {
    name: 'replay',
    group: messages,
    summary: 'publish a recording, or CSV, at the pace of its times',
    load: async (run) => (await import('./commands/replay.js')).replayCommand(run),
  },
  {
    name: 'bench',
    group: broker,
    summary: 'test a running broker: throughput and latency',
    load: async (run) => (await import('./commands/bench.js')).benchCommand(run),
  },
  {
    name: 'top',
    group: broker,
    summary: 'a live view: rates, topics, slow clients',
    load: async (run) => (await import('./commands/top.js')).topCommand(run),
  },
  {
    name: 'demo',
    group: broker,
    summary: 'publish a market that moves, to look at',
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
    summary: 'log in, and keep the log-in',
    load: async (run) => (await import('./commands/login.js')).loginCommand(run),
  },
  {
    name: 'logout',
    group: administration,
    summary: 'end the log-in',
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
    summary: 'give and take roles, and ask who may do what',
    load: async (run) => (await import('./commands/grant.js')).grantCommand(run),
  },
  {
    name: 'token',
    group: administration,
    summary: 'reset and check tokens',
    load: async (run) => (await import('./commands/token.js')).tokenCommand(run),
  },
  {
    name: 'audit',
    group: administration,
    summary: 'show who changed what',
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
    summary: 'a script for bash, zsh or fish',
    load: async (run) => (await import('./commands/completion.js')).completionCommand(run),
  },
];
