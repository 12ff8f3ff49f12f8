// node bench/scale/run.mjs: prints the tables of docs/scale.md. It measures nothing: it computes with the costs of costs.mjs.
import { drawInterest, greatestRate, loadOf, narrowest } from './model.mjs';

const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
const short = (value) =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(1)} M`
    : value >= 1e3
      ? `${Math.round(value / 1e3)} k`
      : String(Math.round(value));

const clusters = [1, 3, 10, 30, 100, 300, 1_000].map((brokers) => ({
  brokers,
  topics: 5_000 * brokers,
  subscribers: 200 * brokers,
  topicsEach: 50,
  rate: 50_000 * brokers,
  bytes: 100,
}));

console.log(
  '| brokers | others that want a topic | engine | of it receipts | of it hellos | NATS, all servers together, cores | narrowest | greatest rate of all |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const cluster of clusters) {
  const interest = drawInterest(cluster);
  const load = loadOf(cluster, interest);
  const { receipts, hellos } = load.parts;
  const cells = [
    cluster.brokers,
    interest.remoteBrokers.toFixed(1),
    percent(load.engine),
    percent(receipts),
    percent(hellos),
    load.nats.toFixed(1),
    narrowest(load),
    `${short(greatestRate(cluster, interest))} msg/s`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

console.log('\n| subscribers | brokers | readers of a topic | deliveries/s of all | engine | network card |');
console.log('|---|---|---|---|---|---|');
for (const brokers of [10, 30, 100, 300]) {
  const cluster = { brokers, topics: 50_000, subscribers: 1_000_000, topicsEach: 20, rate: 100_000, bytes: 100 };
  const interest = drawInterest(cluster);
  const load = loadOf(cluster, interest);
  const deliveries = cluster.rate * interest.readersPerTopic;
  console.log(
    `| 1 M | ${brokers} | ${short(interest.readersPerTopic)} | ${short(deliveries)} | ${percent(load.engine)} | ${percent(load.network)} |`,
  );
}
