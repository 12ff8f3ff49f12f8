// npm run soak -- --minutes N: a broker under mixed load, with clients that stay, come, go, stall and die. Each minute it prints memory after
// a forced collection, descriptors and delays. At the end it prints slopes, and checks every counter against what the clients have counted.
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { Broker } from '../resilience/broker.mjs';
import { BrokerMemory } from './broker-memory.mjs';
import { Soak } from './soak.mjs';

/** Small, so that a reader that stalls loses messages. */
const config = 'broker:\n  backlog_bytes: 1048576\n';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 1)) {
  console.error(`soak: --minutes is ${values.minutes}, expected a number from 1`);
  process.exit(2);
}
const { model } = cpus()[0];
console.log(
  `${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}; ${minutes} minutes`,
);
const memory = new BrokerMemory();
const broker = await Broker.start({ nodeArguments: memory.nodeArguments, config, logLevel: 'error' });
const soak = new Soak(broker, memory);
try {
  await soak.start();
  for (let number = 1; number <= minutes; number++) await soak.minute(number);
  await soak.finish();
  soak.judge();
} catch (error) {
  soak.faults.push(error.stack);
} finally {
  await soak.close();
  await broker.end();
  memory.close();
}
for (const fault of soak.faults) console.error(`soak: FAILED: ${fault}`);
console.log(soak.faults.length === 0 ? 'soak: passed' : `soak: FAILED: ${soak.faults.length} faults`);
process.exit(soak.faults.length === 0 ? 0 : 1);
