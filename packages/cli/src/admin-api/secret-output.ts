import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { writePrivateFile } from '../context/private-file.js';
import { usageError } from '../exit-code.js';
import { printJson, printLine } from '../output/standard-output.js';

/** Where a new secret goes. The broker shows it only once, so the user must say. */
export interface SecretFlags {
  readonly show?: boolean;
  readonly save?: string;
  readonly json?: boolean;
}

export const addSecretOptions = (command: Command): Command =>
  command
    .option('--show', 'print the new secret')
    .option('--save <file>', 'save the new secret in a new file that only you can read, for --credentials');

/** Throws a CommandError when it is not said where the secret goes. Called before anything is changed. */
export function requireSecretPlace(run: CommandRun, { show, save, json }: SecretFlags): void {
  if (!show && save === undefined && !json) {
    throw usageError(
      'the new secret is shown only once: give --show to print it, or --save <file> to save it in a file',
    );
  }
  if (save !== undefined && existsSync(run.path(save)))
    throw usageError(`--save ${save}: the file exists already; give another name`);
}

/** Prints or saves the secrets, and prints what was done. */
export async function putSecrets(
  run: CommandRun,
  done: string,
  secrets: { readonly username: string; readonly token?: string | undefined; readonly password?: string | undefined },
  flags: SecretFlags,
  reply: object,
): Promise<void> {
  if (flags.save !== undefined) writePrivateFile(run, flags.save, secrets);
  if (flags.json)
    return printJson(
      run,
      flags.save === undefined ? reply : { ...reply, token: undefined, password: undefined, saved: flags.save },
    );
  await printLine(run, done);
  if (flags.save !== undefined) await printLine(run, `saved its secrets in ${flags.save}`);
  if (!flags.show) return;
  if (secrets.token !== undefined) await printLine(run, `token:    ${secrets.token}`);
  if (secrets.password !== undefined) await printLine(run, `password: ${secrets.password}`);
}
