import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { CommandRun } from '../src/command-run.js';
import { program } from '../src/program.js';
import { repository } from './called-command.js';
import { callInProcess } from './in-process-command.js';

/** The command lines that help texts, documents and READMEs show use commands and options that exist. */

const root = await program(
  new CommandRun({
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    cwd: repository,
    signals: new EventEmitter(),
    exit: () => {},
  }),
  [],
  true,
);

/** The words of a line up to a pipe, a redirection or a comment. */
function wordsOf(line: string): string[] {
  const words = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const end = words.findIndex((word) => /^[|<>#&]/.test(word));
  return words.slice(0, end < 0 ? undefined : end).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}

/** What is wrong with a command line; undefined when nothing is. */
function problemOf(line: string): string | undefined {
  let command: Command = root;
  let hasArguments = false;
  const words = wordsOf(line).slice(1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (/^-\w|^--\w/.test(word)) {
      const option = command.options.find(({ short, long }) => short === word || long === word);
      if (option === undefined && word !== '--help' && word !== '-h')
        return `${line}: ${command.name()} has no ${word}`;
      if (option?.required) at += 1;
      continue;
    }
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) hasArguments = true;
    else if (!hasArguments) command = inner;
    if (inner === undefined && command.commands.length > 0 && word !== 'help') {
      return `${line}: there is no command ${word}`;
    }
    if (word === 'help' && command === root) return undefined;
  }
  return undefined;
}

const paths = (command: Command, words: readonly string[] = []): string[][] => [
  [...words],
  ...command.commands.flatMap((inner) => paths(inner, [...words, inner.name()])),
];

test('a wrong example would be found', () => {
  expect(problemOf("pulsemq sub 'a:>' --jsn")).toContain('sub has no --jsn');
  expect(problemOf('pulsemq usr list')).toContain('there is no command usr');
  expect(problemOf("pulsemq sub 'a:>' --json | jq --raw")).toBeUndefined();
});

test('the examples of every help text', async () => {
  const problems: (string | undefined)[] = [];
  let count = 0;
  for (const path of paths(root)) {
    const { stdout } = await callInProcess([...path, '--help']);
    for (const [, line] of stdout.matchAll(/^ {2}(?:tail .* \| )?(pulsemq( .*)?)$/gm)) {
      count += 1;
      problems.push(problemOf(line!.replace(/ {3,}.*$/, '')));
    }
  }
  expect(count).toBeGreaterThan(60);
  expect(problems.filter((one) => one !== undefined)).toEqual([]);
});

test.each(['README.md', 'README.zh-CN.md', 'docs/command-line.md', 'docs/monitoring.md', 'docs/client.md'])(
  'the command lines of %s',
  (name) => {
    const text = readFileSync(join(repository, name), 'utf8');
    const lines = [...text.matchAll(/(?:^\$ npx |^|`)(?:npx )?(pulsemq [^`\n]+)/gm)].map(([, line]) => line!);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.map((line) => problemOf(line)).filter((one) => one !== undefined)).toEqual([]);
  },
);
