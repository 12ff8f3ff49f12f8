import { resolve } from 'node:path';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../context/connection.js';
import {
  type Context,
  contextNames,
  contextPath,
  readContext,
  removeContext,
  selectContext,
  selectedContext,
  writeContext,
} from '../context/context-file.js';
import { readCredentialsFile } from '../context/credentials-file.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { printRows } from '../output/table.js';
import { SecretInput } from '../prompt/secret-input.js';
import { running } from '../running/running.js';

interface SaveFlags extends ConnectionFlags {
  readonly adminUrl?: string;
  readonly description?: string;
  readonly tokenStdin?: boolean;
  readonly select?: boolean;
}

const examples = exampleHelp([
  [
    'pulsemq context save prod --host mq.example --username reader_1 --token-stdin --select',
    'asks for the token, and uses it from now on',
  ],
  ['pulsemq context save feed --credentials feed_1.json', 'with the username and token of a file'],
  ['pulsemq context select prod', 'every command uses it; --context or PULSEMQ_CONTEXT name another one'],
  ['pulsemq context list', 'the one in use has a star'],
]);

export const contextCommand = (run: CommandRun): Command =>
  new Command('context')
    .description('Contexts: a broker and who you are there, under a name, each in a file that only you may read.')
    .addHelpText('after', examples)
    .addCommand(
      new Command('list')
        .summary('list contexts')
        .option('--json', 'print JSON, for scripts')
        .action((flags: { json?: boolean }) => running(run, 'done', () => list(run, flags.json))),
    )
    .addCommand(
      new Command('show')
        .summary('show one context')
        .argument('[name]', 'which; the one in use without it')
        .option('--show-secrets', 'the token too')
        .option('--json', 'print JSON, for scripts')
        .action((name: string | undefined, flags: { json?: boolean; showSecrets?: boolean }) =>
          running(run, 'done', () => show(run, name, flags)),
        ),
    )
    .addCommand(
      addConnectionOptions(
        new Command('save')
          .summary('save a context, or change what is given of one')
          .argument('<name>')
          .option('--admin-url <url>', 'the HTTP API there')
          .option('--description <text>', 'what it is')
          .option('--token-stdin', 'ask for the token, or read it from the first line of standard input, and keep it')
          .option('--select', 'use it from now on'),
      )
        .addOption(namespaceOption())
        .action((name: string, flags: SaveFlags) => running(run, 'done', () => save(run, name, flags))),
    )
    .addCommand(
      new Command('select')
        .summary('use a context from now on')
        .argument('<name>')
        .action((name: string) => running(run, 'done', () => select(run, name))),
    )
    .addCommand(
      new Command('remove')
        .summary('remove a context')
        .argument('<name>')
        .action((name: string) => running(run, 'done', () => remove(run, name))),
    );

async function list(run: CommandRun, json: boolean | undefined): Promise<undefined> {
  const chosen = selectedContext(run);
  const damaged: string[] = [];
  const rows = contextNames(run).flatMap((name) => {
    try {
      const { token, ...rest } = readContext(run, name);
      return { name, selected: name === chosen, ...rest, has_token: (token ?? rest.token_file) !== undefined };
    } catch (error) {
      // One that is damaged does not hide the others: it is told after them.
      if (!(error instanceof CommandError)) throw error;
      damaged.push(error.message);
      return [];
    }
  });
  await printRows(
    run,
    rows,
    [
      { title: '', value: (row) => (row.selected ? '*' : '') },
      { title: 'NAME', value: (row) => row.name },
      { title: 'HOST', value: (row) => row.host ?? 'localhost' },
      { title: 'USERNAME', value: (row) => row.username ?? null },
      { title: 'TOKEN', value: (row) => row.has_token },
      { title: 'DESCRIPTION', value: (row) => row.description ?? '' },
    ],
    { json, none: damaged.length > 0 ? 'no context that can be read' : 'no contexts; see pulsemq context save --help' },
  );
  if (damaged.length > 0) throw new CommandError(ExitCode.usage, damaged.join('\n'));
  return undefined;
}

async function show(
  run: CommandRun,
  name: string | undefined,
  flags: { json?: boolean; showSecrets?: boolean },
): Promise<undefined> {
  const chosen = name ?? selectedContext(run);
  if (chosen === undefined) throw new CommandError(ExitCode.usage, 'no context is in use: give a name');
  const { token, ...rest } = readContext(run, chosen);
  const shown = token === undefined ? rest : { ...rest, token: flags.showSecrets ? token : '(kept)' };
  if (flags.json) await printJson(run, { name: chosen, ...shown });
  else for (const [key, value] of Object.entries({ name: chosen, ...shown })) await printLine(run, `${key}: ${value}`);
  return undefined;
}

async function save(run: CommandRun, name: string, flags: SaveFlags): Promise<undefined> {
  const before = contextNames(run).includes(name) ? readContext(run, name) : {};
  const file = flags.credentials === undefined ? {} : readCredentialsFile(run, flags.credentials);
  const token = flags.tokenStdin ? await new SecretInput(run).next('Token: ') : file.token;
  const given = {
    description: flags.description,
    host: flags.host,
    pub_port: flags.pubPort,
    sub_port: flags.subPort,
    admin_url: flags.adminUrl,
    namespace: flags.namespace,
    username: flags.username ?? file.username,
    token,
    token_file: flags.tokenFile === undefined ? undefined : resolve(flags.tokenFile),
  };
  const context = Object.fromEntries(Object.entries({ ...before, ...withoutUndefined(given) }));
  if (token !== undefined) delete context.token_file;
  else if (given.token_file !== undefined) delete context.token;
  writeContext(run, name, context as Context);
  await printLine(run, `saved ${name} in ${contextPath(run, name)}`);
  return flags.select ? select(run, name) : undefined;
}

const withoutUndefined = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

async function select(run: CommandRun, name: string): Promise<undefined> {
  selectContext(run, name);
  await printLine(run, `using ${name} from now on`);
  return undefined;
}

async function remove(run: CommandRun, name: string): Promise<undefined> {
  if (!removeContext(run, name))
    throw new CommandError(ExitCode.missingFile, `there is no context ${JSON.stringify(name)}`);
  await printLine(run, `removed ${name}`);
  return undefined;
}
