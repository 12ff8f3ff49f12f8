import { readFileSync } from 'node:fs';
import { type ApiUserKey, readCurveKeyFile, type UserKeyKind } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';

interface KeyFlags extends AdminFlags {
  readonly key?: string;
  readonly keyFile?: string;
  readonly cert?: string;
  readonly name?: string;
}

const columns: readonly Column<ApiUserKey>[] = [
  { title: 'ID', value: (key) => key.id, isNumber: true },
  { title: 'KIND', value: (key) => key.kind },
  { title: 'KEY', value: (key) => key.key },
  { title: 'NAME', value: (key) => key.name },
  { title: 'CREATED', value: (key) => key.created_at },
];

/** Keys that log a user in without a token. */
export const userKeyCommand = (run: CommandRun): Command =>
  new Command('key')
    .description('Keys of users: a client that has one logs in without a token.')
    .addCommand(adminCommand(run, 'list', 'list the keys of a user', list).argument('<username>', 'name of the user'))
    .addCommand(
      adminCommand(run, 'add', 'bind a key to a user', add)
        .argument('<username>', 'name of the user')
        .option('--key <key>', 'public key of CURVE, in Z85 or hex')
        .option('--key-file <file>', 'file with a public key, from "pulsemq keygen"')
        .option('--cert <file>', 'client certificate for TLS, PEM')
        .option('--name <name>', 'name of the key, such as that of a machine'),
    )
    .addCommand(
      adminCommand(run, 'remove', 'remove a key of a user, and end the connections that use it', remove)
        .argument('<username>', 'name of the user')
        .argument('<id>', 'number of the key, as "pulsemq user key list" shows it'),
    );

async function list(client: AdminClient, flags: KeyFlags, username: string): Promise<void> {
  const { id } = await client.userNamed(username);
  const keys = await client.get<ApiUserKey[]>(`/api/users/${id}/keys`);
  await printRows(client.run, keys, columns, { json: flags.json, none: `${username} has no keys` });
}

async function add(client: AdminClient, flags: KeyFlags, username: string): Promise<void> {
  const given = keyOf(client.run, flags);
  const { id } = await client.userNamed(username);
  const body = { ...given, ...(flags.name !== undefined && { name: flags.name }) };
  const added = await client.send<ApiUserKey>('POST', `/api/users/${id}/keys`, body);
  await printResult(client.run, flags.json, added, `bound the key ${added.key} to ${username}`);
}

async function remove(client: AdminClient, flags: KeyFlags, username: string, keyId: string): Promise<void> {
  if (!/^\d{1,15}$/.test(keyId))
    throw usageError(`the number of a key is ${JSON.stringify(keyId)}; expected an integer`);
  const { id } = await client.userNamed(username);
  const reply = await client.send<object>('DELETE', `/api/users/${id}/keys/${keyId}`);
  await printResult(client.run, flags.json, reply, `removed key ${keyId} of ${username}`);
}

function keyOf(run: CommandRun, { key, keyFile, cert }: KeyFlags): { kind: UserKeyKind; key: string } {
  const given = [key, keyFile, cert].filter((one) => one !== undefined);
  if (given.length !== 1) throw usageError('give one of --key, --key-file and --cert');
  if (key !== undefined) return { kind: 'curve', key };
  if (cert !== undefined) return { kind: 'tls', key: textOf(run, cert) };
  const { publicKey } = readCurveKeyFile(textOf(run, keyFile!));
  if (publicKey === undefined) throw usageError(`${keyFile} has no line public-key = "..."`);
  return { kind: 'curve', key: publicKey };
}

function textOf(run: CommandRun, path: string): string {
  try {
    return readFileSync(run.path(path), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandError(ExitCode.missingFile, `file not found: ${path}`);
    throw usageError(`${path} cannot be read: ${message}`);
  }
}
