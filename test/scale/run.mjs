// npm run scale [-- --only connections|burst|topics]: many connections, a burst of connects, many topics. It prints what it measured beside
// the goal, and fails past one. Run it on a machine that does nothing else.
import { parseArgs } from 'node:util';
import { Broker } from '../resilience/broker.mjs';
import { BrokerMemory } from '../soak/broker-memory.mjs';
import { burst } from './burst.mjs';
import { connections } from './connections.mjs';
import { topics } from './topics.mjs';

const options = {
  only: { type: 'string' },
  sessions: { type: 'string', default: '9800' },
  connects: { type: 'string', default: '5000' },
  topics: { type: 'string', default: '100000' },
};
const { values } = parseArgs({ options });
const scenarios = {
  connections: (run) => connections(run, Number(values.sessions)),
  burst: (run) => burst(run, Number(values.connects)),
  topics: (run) => topics(run, Number(values.topics)),
};
const limits = [
  'max_connections: 30000',
  'max_connections_per_address: 30000',
  'max_sessions_per_user: 30000',
  'max_pending_connections: 30000',
  'max_pending_per_address: 30000',
  'handshakes_per_second: 10000',
  'topics_per_namespace: 200000',
  // By default a thousand descriptors are kept for HTTP, and then 19,600 of 20,000 are not left for clients.
  'max_http_connections: 100',
];
const config = `${limits.map((line) => `  ${line}\n`).join('')}`;

async function runOne(name) {
  const memory = new BrokerMemory();
  const broker = await Broker.start({ nodeArguments: memory.nodeArguments, limits: config, logLevel: 'error' });
  try {
    await broker.call('POST', '/api/namespaces', { name: 'scale', keep_last_value: true });
    await broker.call('POST', '/api/namespaces', { name: 'healthy' });
    return await scenarios[name]({ broker, memory });
  } finally {
    await broker.end();
    memory.close();
  }
}

const names = values.only === undefined ? Object.keys(scenarios) : [values.only];
if (!names.every((name) => name in scenarios)) {
  console.error(`scale: --only is ${values.only}, expected one of ${Object.keys(scenarios).join(', ')}`);
  process.exit(2);
}
const faults = [];
for (const name of names) faults.push(...(await runOne(name)).map((fault) => `${name}: ${fault}`));
for (const fault of faults) console.error(`scale: FAILED: ${fault}`);
if (faults.length === 0) console.log('scale: passed');
process.exit(faults.length === 0 ? 0 : 1);
