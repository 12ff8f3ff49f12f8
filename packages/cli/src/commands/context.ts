import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import {
  type Context,
  contextNames,
  contextPath,
  readContext,
  removeContext,
  selectContext,
  selectedContext,
  unknownContext,
  writeContext,
} from '../context/context-file.js';
import { readCredentialsFile } from '../context/credentials-file.js';
import { securityFlags } from '../context/setting-sources.js';
import { withoutUndefined } from '../context/without-undefined.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../options/connection-options.js';
import { exampleHelp, summedUpCommand } from '../options/help-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { printRows } from '../output/table.js';
import { SecretInput } from '../prompt/secret-input.js';
import { runBody } from '../running/run-body.js';

interface SaveFlags extends ConnectionFlags {
  readonly adminUrl?: string;
  readonly description?: string;
  readonly tokenStdin?: boolean;
  readonly select?: boolean;
}

interface ShowFlags {
  readonly json?: boolean;
  readonly showSecrets?: boolean;
}

const examples = exampleHelp([
  [
    'pulsemq context save prod --host mq.example --username reader_1 --token-stdin --select',
    'asks for the token, saves all of it and selects it',
  ],
  ['pulsemq context save feed --credentials feed_1.json', 'saves the username and token of a file'],
  ['pulsemq context select prod', 'all commands use it, unless --context or PULSEMQ_CONTEXT names another'],
  ['pulsemq context list', 'a star marks the selected context'],
]);

export const contextCommand = (run: CommandRun): Command =>
  new Command('context')
    .description('Contexts: a broker and a user, saved under a name, each in a file that only you can read.')
    .addHelpText('after', examples)
    .addCommand(listCommand(run))
    .addCommand(showCommand(run))
    .addCommand(saveCommand(run))
    .addCommand(
      summedUpCommand('select', 'select the context that commands use by default')
        .argument('<name>')
        .action((name: string) => runBody(run, 'whenDone', () => select(run, name))),
    )
    .addCommand(
      summedUpCommand('remove', 'remove a context')
        .argument('<name>')
        .action((name: string) => runBody(run, 'whenDone', () => remove(run, name))),
    );

const listCommand = (run: CommandRun): Command =>
  summedUpCommand('list', 'list contexts')
    .option('--json', 'print JSON')
    .action((flags: { json?: boolean }) => runBody(run, 'whenDone', () => list(run, flags.json)));

const showCommand = (run: CommandRun): Command =>
  summedUpCommand('show', 'show one context')
    .argument('[name]', 'name of the context (default: the selected one)')
    .option('--show-secrets', 'show the token too')
    .option('--json', 'print JSON')
    .action((name: string | undefined, flags: ShowFlags) => runBody(run, 'whenDone', () => show(run, name, flags)));

const saveCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    summedUpCommand('save', 'save a context, or change the given settings of an existing one')
      .argument('<name>')
      .option('--admin-url <url>', 'address of the HTTP API')
      .option('--description <text>', 'description of the context')
      .option('--token-stdin', 'save a token: ask for it, or read it from the first line of standard input')
      .option('--select', 'select the context'),
  )
    .addOption(namespaceOption())
    .action((name: string, flags: SaveFlags) => runBody(run, 'whenDone', () => save(run, name, flags)));

async function list(run: CommandRun, json: boolean | undefined): Promise<void> {
  const { rows, problems } = readableContexts(run);
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
    { json, none: problems.length > 0 ? 'no readable contexts' : 'no contexts; see pulsemq context save --help' },
  );
  // A damaged context must not hide the others, so its error comes after them.
  if (problems.length > 0) throw new CommandError(ExitCode.usage, problems.join('\n'));
}

/** A row of the list: a context without its token. */
interface ContextRow extends Omit<Context, 'token'> {
  readonly name: string;
  readonly selected: boolean;
  readonly has_token: boolean;
}

/** All contexts, and the errors of those that cannot be read. */
function readableContexts(run: CommandRun): { rows: ContextRow[]; problems: string[] } {
  const selected = selectedContext(run);
  const rows: ContextRow[] = [];
  const problems: string[] = [];
  for (const name of contextNames(run)) {
    try {
      const { token, ...rest } = readContext(run, name);
      rows.push({ name, selected: name === selected, ...rest, has_token: (token ?? rest.token_file) !== undefined });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error.message);
    }
  }
  return { rows, problems };
}

async function show(run: CommandRun, name: string | undefined, flags: ShowFlags): Promise<void> {
  const chosen = name ?? selectedContext(run);
  if (chosen === undefined) {
    throw new CommandError(ExitCode.usage, 'no context is selected: give a name, or run "pulsemq context select"');
  }
  const { token, ...rest } = readContext(run, chosen);
  const shown = token === undefined ? rest : { ...rest, token: flags.showSecrets ? token : '(hidden)' };
  const values = { name: chosen, ...shown };
  if (flags.json) return printJson(run, values);
  for (const [key, value] of Object.entries(values)) await printLine(run, `${key}: ${value}`);
}

async function save(run: CommandRun, name: string, flags: SaveFlags): Promise<void> {
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
    token_file: flags.tokenFile === undefined ? undefined : run.path(flags.tokenFile),
    ...savedSecurity(run, flags),
  };
  const context: Mutable<Context> = { ...before, ...withoutUndefined<Context>(given) };
  // A context has a token or a token file; the new one replaces the other.
  if (token !== undefined) delete context.token_file;
  else if (given.token_file !== undefined) delete context.token;
  writeContext(run, name, context);
  await printLine(run, `saved ${name} in ${contextPath(run, name)}`);
  if (flags.select) await select(run, name);
}

/** The options of encryption, with whole paths: a context is used in any folder. */
function savedSecurity(run: CommandRun, flags: SaveFlags): Context {
  const given: Context = securityFlags(flags);
  const paths = ['tls_ca', 'tls_cert', 'tls_key', 'curve_key_file'] as const;
  const whole = paths.flatMap((key) => (given[key] === undefined ? [] : [[key, run.path(given[key])]]));
  return { ...given, ...Object.fromEntries(whole) };
}

type Mutable<Values> = { -readonly [Key in keyof Values]: Values[Key] };

async function select(run: CommandRun, name: string): Promise<void> {
  selectContext(run, name);
  await printLine(run, `selected ${name}`);
}

async function remove(run: CommandRun, name: string): Promise<void> {
  if (!removeContext(run, name)) throw unknownContext(run, name);
  await printLine(run, `removed ${name}`);
}
