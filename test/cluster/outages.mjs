// What holds while servers of NATS and brokers are killed, stopped and started again.
import assert from 'node:assert/strict';
import { clientOf, eventually, namespace, untilJoined, untilWanted } from './cluster.mjs';

const text = (value) => Buffer.from(String(value));

/** A publisher that sends all the time, and says how often it was acknowledged. */
function feed(client, topic) {
  const one = { acknowledgedCount: 0, longestMs: 0, isOver: false };
  one.done = (async () => {
    while (!one.isOver) {
      const startMs = performance.now();
      await client.publish(namespace, topic, text(one.acknowledgedCount + 1));
      one.acknowledgedCount += 1;
      one.longestMs = Math.max(one.longestMs, performance.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  one.stop = () => {
    one.isOver = true;
    return one.done;
  };
  return one;
}

/** Follows the messages and the status of a topic. */
async function follow(client, topic) {
  const seen = { messages: [], statuses: [], gaps: [] };
  client.on('gap', (gap) => {
    if (gap.topic === topic) seen.gaps.push(gap);
  });
  await client.subscribe(namespace, topic, {
    onMessage: (message) => seen.messages.push(message),
    onStatus: (status) => seen.statuses.push(status),
  });
  seen.state = () => seen.statuses.at(-1)?.state;
  return seen;
}

/** Every message of one epoch has arrived or lies in a reported gap. */
function assertAccounted({ messages, gaps }, epoch) {
  const sequences = messages.filter((one) => one.epoch === epoch).map(({ sequence }) => sequence);
  const missing = gaps
    .filter(({ epochChanged }) => !epochChanged)
    .reduce((sum, { missedCount }) => sum + missedCount, 0);
  assert.deepEqual(
    sequences,
    [...new Set(sequences)].sort((left, right) => left - right),
    'in order, each once',
  );
  assert.equal(sequences.length + missing, sequences.at(-1) - sequences[0] + 1);
}

/** All servers of NATS go and come back. */
async function natsLoss({ a, b }, brokers, servers) {
  const [publisher, local, remote] = await Promise.all([clientOf(a), clientOf(a), clientOf(b)]);
  const [near, far] = [await follow(local, 'loss.x'), await follow(remote, 'loss.x')];
  await untilWanted(brokers);
  const source = feed(publisher, 'loss.x');
  await eventually('messages flow', 3_000, () => far.messages.length > 5);
  const startMs = performance.now();
  await Promise.all(servers.map((server) => server.kill()));
  await eventually('the topic is unreachable on the other broker', 4_000, () => far.state() === 'unreachable');
  const unreachableMs = performance.now() - startMs;
  const countThen = near.messages.length;
  await eventually('local messages go on', 3_000, () => near.messages.length > countThen + 20);
  assert.notEqual(near.state(), 'unreachable', 'the topic is at home here');
  await Promise.all(servers.map((server) => server.start()));
  await untilJoined(brokers);
  const farThen = far.messages.length;
  await eventually('messages flow again', 5_000, () => far.messages.length > farThen + 5);
  await eventually('the topic is live again', 2_000, () => far.state() === 'live');
  await source.stop();
  await eventually(
    'the last message has come',
    3_000,
    () => far.messages.at(-1).sequence === near.messages.at(-1).sequence,
  );
  assert.equal(near.gaps.length, 0, 'no local message is lost');
  assert.equal(near.messages.length, source.acknowledgedCount);
  assertAccounted(far, far.messages[0].epoch);
  assert.equal(far.gaps.length, 1, 'the loss is one gap');
  await Promise.all([publisher, local, remote].map((client) => client.close()));
  return `unreachable after ${Math.round(unreachableMs)} ms`;
}

/** One server of three goes: its brokers move to another one. */
async function oneServer({ a, b }, brokers, servers) {
  const [publisher, remote] = await Promise.all([clientOf(a), clientOf(b)]);
  const far = await follow(remote, 'one.x');
  await untilWanted(brokers);
  const source = feed(publisher, 'one.x');
  await eventually('messages flow', 3_000, () => far.messages.length > 5);
  for (const server of servers) {
    await server.kill();
    await eventually('messages go on', 8_000, () => far.messages.at(-1).sequence > source.acknowledgedCount - 3);
    const countThen = far.messages.length;
    await eventually('messages go on', 8_000, () => far.messages.length > countThen + 10);
    await server.start();
  }
  await untilJoined(brokers);
  await source.stop();
  await eventually('the last message has come', 3_000, () => far.messages.at(-1).sequence >= source.acknowledgedCount);
  assertAccounted(far, far.messages[0].epoch);
  await Promise.all([publisher, remote].map((client) => client.close()));
  return `${far.gaps.length} gaps`;
}

/** A broker is killed and comes back under a new id. */
async function brokerKill({ a, b }, brokers) {
  const [publisher, remote] = await Promise.all([clientOf(a), clientOf(b)]);
  const far = await follow(remote, 'kill.x');
  await untilWanted(brokers);
  await publisher.publish(namespace, 'kill.x', text(1));
  await eventually('the message arrives', 3_000, () => far.messages.length === 1);
  await a.kill();
  await eventually('its topics are unreachable', 4_000, () => far.state() === 'unreachable');
  await a.start();
  await untilJoined(brokers);
  await publisher.publish(namespace, 'kill.x', text(2));
  await eventually('the topic goes on under a new epoch', 5_000, () => far.messages.length === 2);
  await eventually('the topic is live again', 2_000, () => far.state() === 'live');
  assert.notEqual(far.messages[0].epoch, far.messages[1].epoch);
  assert.deepEqual(
    far.messages.map(({ sequence }) => sequence),
    [1, 1],
  );
  await Promise.all([publisher, remote].map((client) => client.close()));
}

/** A broker ends in order: the others know at once. */
async function brokerEnd({ b, c }, brokers) {
  const [publisher, remote] = await Promise.all([clientOf(c), clientOf(b)]);
  const far = await follow(remote, 'end.x');
  await untilWanted(brokers);
  for (let index = 1; index <= 100; index++) await publisher.publish(namespace, 'end.x', text(index), { ack: false });
  await publisher.flush();
  const { code } = await c.terminate();
  assert.equal(code, 0);
  await eventually('what was accepted has arrived', 2_000, () => far.messages.length === 100);
  await eventually('its topics are unreachable', 1_000, () => far.state() === 'unreachable');
  await c.start();
  await untilJoined(brokers);
  await Promise.all([publisher, remote].map((client) => client.close()));
}

/** A broker that hangs holds up no publisher of another one, and finds what it missed. */
async function hungBroker({ a, b }, brokers) {
  const [publisher, local, remote] = await Promise.all([clientOf(a), clientOf(a), clientOf(b)]);
  const [near, far] = [await follow(local, 'hang.x'), await follow(remote, 'hang.x')];
  await untilWanted(brokers);
  const payload = Buffer.alloc(100_000, 65);
  process.kill(b.pid, 'SIGSTOP');
  const startMs = performance.now();
  for (let index = 0; index < 1_500; index++) await publisher.publish(namespace, 'hang.x', payload, { ack: false });
  await publisher.flush();
  const tookMs = performance.now() - startMs;
  await eventually('local readers get everything', 10_000, () => near.messages.length === 1_500);
  process.kill(b.pid, 'SIGCONT');
  await untilJoined(brokers);
  await publisher.publish(namespace, 'hang.x', text('last'));
  await eventually('the newest message arrives', 10_000, () => far.messages.at(-1)?.sequence === 1_501);
  if (far.messages[0].sequence === 1) assertAccounted(far, far.messages[0].epoch);
  await Promise.all([publisher, local, remote].map((client) => client.close()));
  return `150 MB to readers of their own in ${Math.round(tookMs)} ms`;
}

/** `brokers` and `servers` are three each. */
export async function outages(brokers, servers) {
  const [a, b, c] = brokers;
  const parts = { natsLoss, oneServer, brokerKill, brokerEnd, hungBroker };
  for (const [name, part] of Object.entries(parts)) {
    console.log(`  ${name}: ${(await part({ a, b, c }, brokers, servers)) ?? 'passed'}`);
  }
  return 'losses are gaps, local messages go on';
}
