import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCurveKeyFile } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { engineInThread } from '../../broker/test/control/engine-in-thread.js';
import { RunningServer } from '../../broker/test/control/running-server.js';
import { folder } from './called-command.js';
import { callInProcess, InProcessCommand } from './in-process-command.js';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('pulsemq keygen', () => {
  test('writes a pair of keys: the secret one for its owner alone, and replaces nothing', async () => {
    const cwd = folder();
    const { status, stdout } = await callInProcess(['keygen', 'broker'], { cwd });
    expect(status).toBe(0);
    const keys = readCurveKeyFile(readFileSync(join(cwd, 'broker.key_secret'), 'utf8'));
    expect(keys.secretKey).toMatch(/^[^"]{40}$/);
    expect(readCurveKeyFile(readFileSync(join(cwd, 'broker.key'), 'utf8'))).toEqual({ publicKey: keys.publicKey });
    expect([modeOf(join(cwd, 'broker.key_secret')), modeOf(join(cwd, 'broker.key'))]).toEqual([0o600, 0o644]);
    expect(stdout).toContain(keys.publicKey);
    expect(stdout).toMatch(/public key in hex: [0-9a-f]{64}\n/);
    expect(stdout).not.toContain(keys.secretKey);
    expect(await callInProcess(['keygen', 'broker'], { cwd })).toMatchObject({
      status: 2,
      stderr: 'pulsemq: broker.key_secret exists already; give another name, or move it away\n',
    });
  });

  test('--tls writes a self-signed certificate for the names and addresses that are given', async () => {
    const cwd = folder();
    const args = ['keygen', '--tls', 'mq', '--host', 'mq.example', '10.1.2.3', '--days', '30', '--json'];
    const { status, stdout } = await callInProcess(args, { cwd });
    expect(status).toBe(0);
    const certificate = new X509Certificate(readFileSync(join(cwd, 'mq.cert.pem')));
    expect([certificate.checkHost('mq.example'), certificate.checkIP('10.1.2.3')]).toEqual(['mq.example', '10.1.2.3']);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(modeOf(join(cwd, 'mq.key.pem'))).toBe(0o600);
    expect(JSON.parse(stdout).sha256).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  });

  test.each([
    [['absent/broker'], 'cannot write absent/broker.key_secret: ENOENT'],
    [[''], 'the name is ""'],
    [['--host', 'mq.example', '--', 'broker'], '--host is for a certificate; give --tls too'],
    [['--tls', 'mq', '--host', 'two words'], '--host is "two words"; expected a host name'],
  ])('%j is refused in one line, and writes nothing', async (args, text) => {
    const cwd = folder();
    const { status, stderr } = await callInProcess(['keygen', ...args], { cwd });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^pulsemq: .*\n$/);
    expect(stderr).toContain(text);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

/** A broker that refuses clear text, with keys that keygen has made. Its commands start in `cwd`. */
async function encryptedBroker() {
  const cwd = folder();
  for (const args of [
    ['keygen', 'broker'],
    ['keygen', 'feed'],
    ['keygen', '--tls', 'broker'],
  ]) {
    expect((await callInProcess(args, { cwd })).status).toBe(0);
  }
  const at = (name: string): string => join(cwd, name);
  const config = {
    server: { tls_cert_file: at('broker.cert.pem'), tls_key_file: at('broker.key.pem') },
    auth: { curve_key_file: at('broker.key_secret'), encryption: 'always' as const },
  };
  const { folder: brokerFolder, server } = await RunningServer.start(config, undefined, { engine: engineInThread });
  const { pubPort, subPort, adminPort } = server.addresses;
  const { username, token, password } = JSON.parse(readFileSync(join(brokerFolder, '.pulsemq_admin'), 'utf8'));
  const env = {
    PULSEMQ_HOST: '127.0.0.1',
    PULSEMQ_PUB_PORT: String(pubPort),
    PULSEMQ_SUB_PORT: String(subPort),
    PULSEMQ_ADMIN_URL: `https://127.0.0.1:${adminPort}`,
    PULSEMQ_TLS_CA: at('broker.cert.pem'),
    PULSEMQ_USERNAME: username as string,
    PULSEMQ_PASSWORD: password as string,
  };
  const serverKey = readCurveKeyFile(readFileSync(at('broker.key'), 'utf8')).publicKey!;
  const call = (args: string[], more: Record<string, string> = {}) =>
    callInProcess(args, { cwd, env: { ...env, ...more }, input: '' });
  return { cwd, env, token: token as string, serverKey, call };
}

describe('commands', () => {
  test('use TLS, HTTPS and CURVE, and log in by a key that is bound to a user', async () => {
    const { cwd, env, token, serverKey, call } = await encryptedBroker();
    // Through PULSEMQ_TLS_CA, by TLS.
    expect(await call(['pub', 'a', 'x'], { PULSEMQ_TOKEN: token })).toMatchObject({ status: 0, stderr: '' });
    const curve = ['--curve-server-key', serverKey];
    expect((await call(['pub', 'a', 'x', ...curve], { PULSEMQ_TOKEN: token })).status).toBe(0);
    // The HTTP API by https.
    expect((await call(['user', 'create', 'feed', '--save', 'feed.json'])).status).toBe(0);
    expect((await call(['ns', 'create', 'market'])).status).toBe(0);
    expect((await call(['grant', 'set', 'feed', 'market', 'pub'])).status).toBe(0);
    // A key instead of a token.
    const byKey = ['pub', 'market:a', 'x', '-u', 'feed', ...curve, '--curve-key-file', 'feed.key_secret'];
    expect((await call(byKey)).status).toBe(4);
    expect((await call(['user', 'key', 'add', 'feed', '--key-file', 'feed.key', '--name', 'host 1'])).status).toBe(0);
    expect(await call(byKey)).toMatchObject({ status: 0, stderr: '' });
    const listed = JSON.parse((await call(['user', 'key', 'list', 'feed', '--json'])).stdout);
    expect(listed).toMatchObject([{ id: 1, kind: 'curve', name: 'host 1' }]);
    expect((await call(['user', 'key', 'remove', 'feed', '1'])).status).toBe(0);
    expect((await call(byKey)).status).toBe(4);
    // A context carries it all, in any folder.
    const save = ['context', 'save', 'secure', ...curve, '--curve-key-file', 'feed.key_secret', '--select'];
    expect((await call(save)).status).toBe(0);
    const context = JSON.parse(readFileSync(join(cwd, 'config', 'contexts', 'secure.json'), 'utf8'));
    expect(context).toMatchObject({ curve_server_key: serverKey, curve_key_file: join(cwd, 'feed.key_secret') });
    const { PULSEMQ_TLS_CA: _, ...withoutCa } = env;
    const published = new InProcessCommand(['pub', 'a', 'x'], {
      cwd,
      env: { ...withoutCa, PULSEMQ_TOKEN: token },
      input: '',
    });
    expect(await published.result()).toMatchObject({ status: 0, stderr: '' });
  });

  test('a log-in keeps --tls-ca, from any folder, until the log-out', async () => {
    const { cwd, env } = await encryptedBroker();
    const { PULSEMQ_TLS_CA: _, PULSEMQ_USERNAME, PULSEMQ_PASSWORD, ...address } = env;
    const config = join(cwd, 'config');
    const call = (args: string[], folderOf = folder(), input = '') =>
      callInProcess(args, { cwd: folderOf, env: { ...address, PULSEMQ_CONFIG_DIR: config }, input });
    const password = `${PULSEMQ_PASSWORD}\n`;
    const logIn = ['login', PULSEMQ_USERNAME, '--password-stdin'];
    expect(await call(logIn, cwd, password)).toMatchObject({ status: 3, stderr: expect.stringContaining('--tls-ca') });
    expect((await call([...logIn, '--tls-ca', 'broker.cert.pem'], cwd, password)).status).toBe(0);
    expect(JSON.parse(readFileSync(join(config, 'logins.json'), 'utf8'))).toMatchObject({
      [env.PULSEMQ_ADMIN_URL]: { tls_ca: join(cwd, 'broker.cert.pem') },
    });
    expect(await call(['ns', 'list'])).toMatchObject({ status: 0, stderr: '' });
    // What a command is given comes first.
    const other = await call(['ns', 'list', '--tls-ca', 'broker.cert.pem']);
    expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining('file of --tls-ca not found') });
    // The next log-in needs it no more than other commands do.
    expect((await call(logIn, folder(), password)).status).toBe(0);
    // A log-in that the broker has ended keeps it too.
    const logIns = JSON.parse(readFileSync(join(config, 'logins.json'), 'utf8'));
    logIns[env.PULSEMQ_ADMIN_URL].token = 'ended';
    writeFileSync(join(config, 'logins.json'), JSON.stringify(logIns), { mode: 0o600 });
    expect(await call(['ns', 'list'])).toMatchObject({ status: 4, stderr: expect.stringContaining('has ended') });
    expect((await call(logIn, folder(), password)).status).toBe(0);
    expect(await call(['logout'])).toMatchObject({ status: 0, stdout: `logged out at ${env.PULSEMQ_ADMIN_URL}\n` });
    expect((await call(logIn, folder(), password)).status).toBe(3);
  });

  test('without encryption, or with another server key, are refused', async () => {
    const { env, token, cwd, call } = await encryptedBroker();
    const { PULSEMQ_TLS_CA: _, ...clear } = env;
    const plain = new InProcessCommand(['pub', 'a', 'x'], { cwd, env: { ...clear, PULSEMQ_TOKEN: token }, input: '' });
    expect(await plain.result()).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('does not take clear text: give --curve-server-key or --tls-ca'),
    });
    const other = readCurveKeyFile(readFileSync(join(cwd, 'feed.key'), 'utf8')).publicKey!;
    const answer = await call(['pub', 'a', 'x', '--curve-server-key', other], { PULSEMQ_TOKEN: token });
    expect(answer).toMatchObject({ status: 3, stderr: expect.stringContaining('check --curve-server-key') });
  });

  test("with a key of their own and without the broker's send nothing in clear text", async () => {
    const cwd = folder();
    expect((await callInProcess(['keygen', 'feed'], { cwd })).status).toBe(0);
    const { server, folder: brokerFolder } = await RunningServer.start({}, undefined, { engine: engineInThread });
    const { token, username } = JSON.parse(readFileSync(join(brokerFolder, '.pulsemq_admin'), 'utf8'));
    const env = {
      PULSEMQ_PUB_PORT: String(server.addresses.pubPort),
      PULSEMQ_USERNAME: username,
      PULSEMQ_TOKEN: token,
    };
    const answer = await callInProcess(['pub', 'a', 'x', '--curve-key-file', 'feed.key_secret'], { cwd, env });
    expect(answer).toMatchObject({
      status: 2,
      stderr: 'pulsemq: --curve-key-file needs --curve-server-key, the public key of the broker\n',
    });
  });

  test('with certificates that cannot be used say which option to look at', async () => {
    const { cwd, token, call } = await encryptedBroker();
    expect((await callInProcess(['keygen', '--tls', 'other'], { cwd })).status).toBe(0);
    const pub = (...more: string[]) => call(['pub', 'a', 'x', ...more], { PULSEMQ_TOKEN: token });
    expect((await pub('--tls-ca', 'feed.key')).stderr).toContain('--tls-ca has no PEM');
    const untrusted = await pub('--tls-ca', 'other.cert.pem');
    expect(untrusted.stderr).toMatch(
      /^pulsemq: cannot connect to 127[^:]*:\d+: DEPTH_ZERO_SELF_SIGNED_CERT, .* --tls-ca\n$/,
    );
    const mixed = await pub('--tls-cert', 'other.cert.pem', '--tls-key', 'broker.key.pem');
    expect(mixed).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^pulsemq: .*--tls-cert.* cannot be used: .*\n$/),
    });
    const byApi = await call(['ns', 'list', '--tls-ca', 'other.cert.pem']);
    expect(byApi).toMatchObject({ status: 3, stderr: expect.stringContaining('by --tls-ca or PULSEMQ_TLS_CA') });
  });
});
