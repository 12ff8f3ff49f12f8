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
];

export const groupOrder: readonly string[] = [messages, broker, administration, settings];
