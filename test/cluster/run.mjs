// npm run test:cluster -- [--only NAME,...] [--minutes N] [--seed N] [--install] [--no-skip] [--namespaces]: three brokers and three
// servers of NATS as processes. Ten minutes of random kills: --only random --minutes 10. With --namespaces each broker of that part is in a
// network namespace, and nftables drops its packets, where the machine allows it (root on Linux, with iproute2 and nftables).
import { parseArgs } from 'node:util';
import { installNats } from '../../bench/nats-server.mjs';
import { basic } from './basic.mjs';
import { startBrokers, startServers, untilJoined } from './cluster.mjs';
import { filling } from './filling.mjs';
import { Fleet } from './fleet.mjs';
import { natsBinary } from './nats-server.mjs';
import { outages } from './outages.mjs';
import { random } from './random.mjs';
import { rolling } from './rolling.mjs';
import { isolate } from './room.mjs';
import { setups } from './setups.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    minutes: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    install: { type: 'boolean', default: false },
    namespaces: { type: 'boolean', default: false },
    'no-skip': { type: 'boolean', default: false },
  },
});

const hasRooms = values.namespaces && isolate();

/** Parts that use the same three brokers and three servers. */
const sharing = {
  basic: ({ brokers }) => basic(brokers),
  outages: ({ brokers, servers }) => outages(brokers, servers),
  filling: ({ brokers, servers }) => filling(brokers, servers),
};

/** Parts that start their own. */
const starting = {
  setups,
  rolling: () => onFleet((fleet) => rolling(fleet), { areNamed: true }),
  random: () =>
    onFleet((fleet) => random(fleet, { seconds: Number(values.minutes) * 60, seed: Number(values.seed) }), {
      hasRooms,
    }),
};

/** Runs a part on brokers and servers of its own. */
async function onFleet(part, options) {
  const fleet = await Fleet.start(options);
  try {
    return await part(fleet);
  } finally {
    await fleet.end();
  }
}

const parts = { ...sharing, ...starting };
const wanted = values.only?.split(',') ?? Object.keys(parts);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`cluster: unknown part ${unknown.join(', ')}; the parts are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

if (natsBinary() === undefined && values.install) {
  try {
    installNats();
  } catch (error) {
    console.log(`cluster: nats-server could not be built: ${error.message}`);
  }
}
if (natsBinary() === undefined) {
  console.log('cluster: SKIPPED, there is no nats-server in bench/.peers or on the PATH; --install builds it with Go');
  process.exit(values['no-skip'] ? 1 : 0);
}

// Brokers and servers end with this process, also when it is interrupted.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

let failed = 0;

/** Runs the wanted ones of some parts, and prints what they found. */
async function runThose(some, given) {
  for (const name of wanted.filter((one) => some[one] !== undefined)) {
    try {
      console.log(`${name}: ${await some[name](given)}`);
    } catch (error) {
      failed += 1;
      console.log(`${name}: FAILED: ${error.stack ?? error}`);
    }
  }
}

if (wanted.some((name) => sharing[name] !== undefined)) {
  const servers = await startServers(3);
  const brokers = await startBrokers(3, servers);
  try {
    await untilJoined(brokers);
    await runThose(sharing, { brokers, servers });
  } finally {
    await Promise.all([...brokers.map((broker) => broker.end()), ...servers.map((server) => server.kill())]);
  }
}
await runThose(starting);
console.log(`${wanted.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
