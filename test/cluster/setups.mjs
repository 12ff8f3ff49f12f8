// Other ways to set brokers up: a server with a password and TLS, one with a token, a leaf node, and two brokers of one name.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broker } from '../resilience/broker.mjs';
import { clientOf, clusterOf, eventually, namespace, untilJoined, untilWanted } from './cluster.mjs';
import { freePort, NatsServer } from './nats-server.mjs';

/** Two brokers whose sections of the configuration are given, and one message from the first to the second. */
async function passes(sections) {
  const brokers = await Promise.all(
    sections.map((section, index) =>
      Broker.start({
        config: `cluster:\n  driver: nats\n  broker_name: broker-${index}\n${section}`,
        logLevel: 'error',
      }),
    ),
  );
  try {
    for (const broker of brokers) await broker.call('POST', '/api/namespaces', { name: namespace });
    await untilJoined(brokers);
    const [a, b] = await Promise.all(brokers.map((broker) => clientOf(broker)));
    const got = [];
    await b.subscribe(namespace, '>', { onMessage: ({ payload }) => got.push(Buffer.from(payload).toString()) });
    await untilWanted(brokers);
    await a.publish(namespace, 'x', Buffer.from('through'));
    await eventually('the message arrives', 3_000, () => got.length === 1);
    assert.deepEqual(got, ['through']);
    await Promise.all([a.close(), b.close()]);
  } finally {
    await Promise.all(brokers.map((broker) => broker.end()));
  }
}

/** A certificate for localhost that signs itself. */
function certificate(folder) {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', [...words, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert, key };
}

async function passwordAndTls(folder) {
  const { cert, key } = certificate(folder);
  const words = ['--user', 'pulsemq', '--pass', 'a password', '--tls', '--tlscert', cert, '--tlskey', key];
  const server = await NatsServer.start(words);
  const section = (password) =>
    `  servers: ["tls://localhost:${server.port}"]\n  user: pulsemq\n  password: ${password}\n  tls_ca_file: ${cert}\n`;
  await passes([section('a password'), section('a password')]);
  const config = `cluster:\n  driver: nats\n${section('another')}`;
  const stranger = await Broker.start({ config, logLevel: 'warn' });
  await eventuallyLogged(stranger, 'set what the server knows as cluster.user and cluster.password');
  await eventually('the state is there', 3_000, async () => (await clusterOf(stranger)).own !== null);
  const { is_connected, own } = await clusterOf(stranger);
  assert.deepEqual([is_connected, own.nats_server], [false, null], 'a wrong password does not get in');
  await stranger.end();
  await server.kill();
}

/** The log of the broker says why it is not connected, and what to do. */
const eventuallyLogged = (broker, text) =>
  eventually(`the log has: ${text}`, 10_000, () =>
    readFileSync(join(broker.folder, 'logs', 'pulsemq.log'), 'utf8').includes(text),
  );

/** A broker that was told `tls://` says nothing to a server that has only clear text. */
async function onlyTls() {
  const server = await NatsServer.start([]);
  const config = `cluster:\n  driver: nats\n  servers: ["tls://localhost:${server.port}"]\n`;
  const broker = await Broker.start({ config, logLevel: 'warn' });
  try {
    await eventuallyLogged(broker, "server does not support 'tls'");
    assert.equal((await clusterOf(broker)).is_connected, false, 'no connection in clear text');
  } finally {
    await broker.end();
    await server.kill();
  }
}

async function token() {
  const server = await NatsServer.start(['--auth', 'long-enough-token']);
  const section = `  servers: [127.0.0.1:${server.port}]\n  token: long-enough-token\n`;
  await passes([section, section]);
  await server.kill();
}

/** A user of NATS that may not use the subjects of brokers: the log names them. */
async function permissions(folder) {
  const path = join(folder, 'permissions.conf');
  const user = '{ user: pulsemq, password: secret, permissions: { publish: "other.>", subscribe: "other.>" } }';
  writeFileSync(path, `authorization { users = [ ${user} ] }\n`);
  const server = await NatsServer.start(['-c', path]);
  const login = '  user: pulsemq\n  password: secret\n';
  const config = `cluster:\n  driver: nats\n  servers: ["${server.url}"]\n${login}`;
  const broker = await Broker.start({ config, logLevel: 'warn' });
  try {
    await eventuallyLogged(broker, 'needs the right to publish and subscribe on pulsemq.pulsemq.>');
  } finally {
    await broker.end();
    await server.kill();
  }
}

/** The first broker is at the hub, the second one at a server that is a leaf of it. */
async function leafNode(folder) {
  const [hubPort, leafPort] = [await freePort(), await freePort()];
  const hubFile = join(folder, 'hub.conf');
  writeFileSync(hubFile, `leafnodes { host: 127.0.0.1, port: ${leafPort} }\n`);
  const leafFile = join(folder, 'leaf.conf');
  writeFileSync(leafFile, `leafnodes { remotes: [{ url: "nats-leaf://127.0.0.1:${leafPort}" }] }\n`);
  const hub = new NatsServer(hubPort, ['-c', hubFile]);
  await hub.start();
  const leaf = await NatsServer.start(['-c', leafFile]);
  await passes([`  servers: ["${hub.url}"]\n`, `  servers: ["${leaf.url}"]\n`]);
  await Promise.all([hub.kill(), leaf.kill()]);
}

/** Two brokers that were given one name are both there, and both say so. */
async function sameName() {
  const server = await NatsServer.start([]);
  const config = `cluster:\n  driver: nats\n  broker_name: twin\n  servers: ["${server.url}"]\n`;
  const brokers = await Promise.all([0, 1].map(() => Broker.start({ config, logLevel: 'error' })));
  try {
    for (const broker of brokers)
      await eventually('the name is reported', 15_000, async () => {
        const { shared_names } = await clusterOf(broker);
        return shared_names.length === 1 && shared_names[0] === 'twin';
      });
  } finally {
    await Promise.all(brokers.map((broker) => broker.end()));
    await server.kill();
  }
}

export async function setups() {
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-nats-'));
  try {
    for (const [name, part] of Object.entries({ passwordAndTls, onlyTls, permissions, token, leafNode, sameName })) {
      await part(folder);
      console.log(`  ${name}: passed`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return 'a message passes each server, and one name for two is reported';
}
