import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename } from 'node:path';
import { curveKeyFile } from '@pulsemq/protocol';
import { curveKeyZ85 } from '@pulsemq/zmtp';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { writeKeyFile } from '../keygen/key-files.js';
import { selfSignedPair } from '../keygen/self-signed.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';

interface KeygenFlags {
  readonly tls?: boolean;
  readonly host?: readonly string[];
  readonly days?: number;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq keygen broker', 'writes broker.key_secret for auth.curve_key_file, and broker.key for clients'],
  [
    'pulsemq keygen feed_1',
    'the keys of a client; bind the public one with "pulsemq user key add feed_1 --key-file feed_1.key"',
  ],
  ['pulsemq keygen --tls broker --host mq.example', 'a self-signed certificate and its key, for tests'],
]);

export const keygenCommand = (run: CommandRun): Command =>
  new Command('keygen')
    .description(
      'Make the keys of a broker or a client for CURVE, or with --tls a self-signed certificate. Only you can read the files with secrets. ' +
        'Files that exist are not replaced.',
    )
    .argument('[name]', 'beginning of the names of the files', 'pulsemq')
    .option('--tls', 'make a self-signed certificate and its key instead')
    .option('--host <names...>', 'names and addresses of the broker in the certificate (default: localhost, 127.0.0.1)')
    .option('--days <count>', 'days for which the certificate is valid (default: 365)', dayCount)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action((name: string, flags: KeygenFlags) =>
      runBody(run, 'whenDone', () => {
        if (basename(name) === '' || name.endsWith('/')) {
          throw usageError(`the name is ${JSON.stringify(name)}; expected the beginning of a file's name`);
        }
        return flags.tls ? makeCertificate(run, name, flags) : makeKeys(run, name, flags);
      }),
    );

/** A name of DNS, also with `*` for its first label. */
const hostName = /^(\*\.)?[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*$/;

function dayCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 36_500) return count;
  throw usageError(`--days is ${JSON.stringify(text)}; expected a whole number from 1 to 36500`);
}

/** Throws before anything is written. */
function checkAbsent(run: CommandRun, paths: readonly string[]): void {
  for (const path of paths) {
    if (existsSync(run.path(path))) throw usageError(`${path} exists already; give another name, or move it away`);
  }
}

async function makeKeys(run: CommandRun, name: string, flags: KeygenFlags): Promise<void> {
  const unused = flags.host !== undefined ? '--host' : flags.days !== undefined ? '--days' : undefined;
  if (unused !== undefined) throw usageError(`${unused} is for a certificate; give --tls too`);
  const [secretPath, publicPath] = [`${name}.key_secret`, `${name}.key`];
  checkAbsent(run, [secretPath, publicPath]);
  const { x, d } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  const [publicBytes, secretBytes] = [Buffer.from(x!, 'base64url'), Buffer.from(d!, 'base64url')];
  const [publicKey, secretKey] = [curveKeyZ85(publicBytes), curveKeyZ85(secretBytes)];
  writeKeyFile(
    run,
    secretPath,
    curveKeyFile({ publicKey, secretKey }, 'Keys of PulseMQ for CURVE. Keep this file secret.'),
  );
  writeKeyFile(
    run,
    publicPath,
    curveKeyFile({ publicKey }, 'Public key of PulseMQ for CURVE. It is not secret.'),
    0o644,
  );
  const hex = publicBytes.toString('hex');
  if (flags.json) {
    return printJson(run, {
      public_key: publicKey,
      public_key_hex: hex,
      secret_file: secretPath,
      public_file: publicPath,
    });
  }
  await printLine(run, `secret key: ${secretPath}`);
  await printLine(run, `public key: ${publicPath}`);
  await printLine(run, `public key in Z85: ${publicKey}`);
  await printLine(run, `public key in hex: ${hex}`);
}

async function makeCertificate(run: CommandRun, name: string, flags: KeygenFlags): Promise<void> {
  const [certPath, keyPath] = [`${name}.cert.pem`, `${name}.key.pem`];
  checkAbsent(run, [certPath, keyPath]);
  for (const host of flags.host ?? []) {
    if (isIP(host) === 0 && !hostName.test(host)) {
      throw usageError(`--host is ${JSON.stringify(host)}; expected a host name such as mq.example, or an address`);
    }
  }
  const { cert, key, fingerprint } = await selfSignedPair(flags.host ?? ['localhost', '127.0.0.1'], flags.days ?? 365);
  writeKeyFile(run, keyPath, key);
  writeKeyFile(run, certPath, cert, 0o644);
  if (flags.json) return printJson(run, { cert_file: certPath, key_file: keyPath, sha256: fingerprint });
  await printLine(run, `certificate: ${certPath}`);
  await printLine(run, `key:         ${keyPath}`);
  await printLine(run, `SHA-256:     ${fingerprint}`);
}
