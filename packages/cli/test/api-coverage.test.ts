import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { CommandRun } from '../src/command-run.js';
import { program } from '../src/program.js';
import { repository } from './called-command.js';
import { RunningBroker } from './running-broker.js';

/** Every route of the API has its command, or a reason for having none, in a table of docs/command-line.md. */

const text = readFileSync(join(repository, 'docs', 'command-line.md'), 'utf8');
const section = text.slice(text.indexOf('## Commands and the HTTP API'), text.indexOf('## Recordings'));
const rows = [...section.matchAll(/^\| ([A-Z]+ \/\S*) \| (.+) \|$/gm)].map(([, route, cell]) => ({
  route: route!,
  cell: cell!,
}));

test('the table has every route of the OpenAPI document, and no other', async () => {
  const broker = await RunningBroker.start();
  const document = (await (await broker.call('GET', '/api/openapi.json')).json()) as { paths: Record<string, object> };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.length).toBeGreaterThan(50);
  expect(rows.map(({ route }) => route).sort()).toEqual(routes.sort());
});

test('the table names commands that exist, or says why there is none', async () => {
  const root = await program(unusedRun(), [], true);
  for (const { route, cell } of rows) {
    const commands = [...cell.matchAll(/`([a-z][a-z -]*)`/g)].map(([, name]) => name!.split(' '));
    const hasReason = /^no command: .{10}/.test(cell);
    expect([route, hasReason || commands.length > 0]).toEqual([route, true]);
    for (const words of commands) expect([route, words, isCommand(root, words)]).toEqual([route, words, true]);
  }
});

/** A run whose commands are only looked at. */
const unusedRun = (): CommandRun =>
  new CommandRun({
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    cwd: repository,
    signals: new EventEmitter(),
    exit: () => {},
  });

/** True for words that lead to a command that does something by itself. */
function isCommand(root: Command, words: readonly string[]): boolean {
  let at: Command | undefined = root;
  for (const word of words) at = at?.commands.find((one) => one.name() === word);
  return at !== undefined && at.commands.length === 0;
}
