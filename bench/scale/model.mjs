// How much of one core each part takes in a cluster of B brokers. Topics, subscribers and messages are spread evenly over the brokers.
import { costs, fabric, turnsPerSecond } from './costs.mjs';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * How many other brokers want a topic, and how many subscribers of a broker that wants it get it, found by drawing: each subscriber wants
 * `topicsEach` topics, nine of ten of them among the topics of its own room, by a Zipf law.
 */
export function drawInterest({ brokers, topics, subscribers, topicsEach, localShare = 0.9, seed = 1 }) {
  const random = randomOf(seed);
  const topicsOfRoom = Math.max(1, Math.round(topics / brokers));
  const readersOfRoom = Math.max(1, Math.round(subscribers / brokers));
  // A sample of rooms is enough: all are alike.
  const rooms = Math.min(brokers, 40);
  const readers = Math.min(readersOfRoom, 400);
  const wanted = new Map();
  for (let room = 0; room < rooms; room++) {
    for (let reader = 0; reader < readers; reader++) {
      for (let index = 0; index < topicsEach; index++) {
        const home = random() < localShare ? room : Math.floor(random() * brokers);
        const topic = home * topicsOfRoom + Math.floor(topicsOfRoom ** random()) - 1;
        const of = wanted.get(topic) ?? new Map();
        of.set(room, (of.get(room) ?? 0) + 1);
        wanted.set(topic, of);
      }
    }
  }
  let remote = 0;
  let deliveries = 0;
  for (const [topic, of] of wanted) {
    const home = Math.floor(topic / topicsOfRoom);
    for (const [room, count] of of) {
      if (room !== home) remote += 1;
      deliveries += count;
    }
  }
  const scale = brokers / rooms;
  return {
    // Unwanted topics count: their messages are published, too.
    remoteBrokers: (remote * scale) / topics,
    readersPerTopic: (deliveries * scale * (readersOfRoom / readers)) / topics,
  };
}

/** Shares of one core at each broker, of one server of NATS, and of a network card of 10 Gbit/s. */
export function loadOf({ brokers, rate, bytes, subscribers }, { remoteBrokers, readersPerTopic }) {
  const own = rate / brokers;
  const peers = brokers - 1;
  const incoming = own * remoteBrokers;
  const readers = subscribers / brokers;
  const deliveries = own * readersPerTopic;
  // Messages that share a write: what comes for one reader in one turn.
  const writes = readers * Math.min(turnsPerSecond, deliveries / Math.max(1, readers));
  const activePeers = Math.min(peers, remoteBrokers * Math.max(1, Math.min(own, peers)));
  const batches = activePeers * Math.min(turnsPerSecond / 4, incoming / Math.max(1, activePeers));
  const receipts = activePeers * Math.min(fabric.receiptsPerSecond, incoming / Math.max(1, activePeers));
  const helloBytes = fabric.helloBytes + fabric.helloBytesPerFeed * peers;
  const cores = (microseconds) => microseconds / 1e6;
  const parts = {
    publish: cores(own * costs.publishUs),
    deliver: cores(deliveries * costs.deliveryUs + writes * costs.writeUs),
    send: cores(incoming * (costs.groupCopyUs + costs.fabricSendUs) + batches * costs.natsMessageUs),
    receive: cores(incoming * costs.fabricReceiveUs + batches * costs.natsMessageUs),
    receipts: cores(2 * receipts * costs.natsMessageUs),
    hellos: cores(peers * fabric.hellosPerSecond * (costs.natsMessageUs + helloBytes * costs.jsonByteUs)),
  };
  const messages = brokers * (batches + receipts) + brokers * fabric.hellosPerSecond * peers;
  return {
    parts,
    engine: Object.values(parts).reduce((sum, part) => sum + part, 0),
    nats: cores(brokers * incoming * costs.fabricServerUs + 2 * messages * costs.natsServerMessageUs),
    network:
      (deliveries * (bytes + 90) + 2 * incoming * (bytes + 90) + peers * fabric.hellosPerSecond * helloBytes) /
      fabric.tcpBytesPerSecond,
  };
}

/** The greatest rate of all brokers together at which none of the shares exceeds `limit`. */
export function greatestRate(cluster, interest, limit = 0.8) {
  let [low, high] = [0, 1e10];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const { engine, network } = loadOf({ ...cluster, rate: middle }, interest);
    if (engine <= limit && network <= limit) low = middle;
    else high = middle;
  }
  return low;
}

/** The part of a load that is greatest. */
export function narrowest({ parts, engine, network }) {
  if (network > engine) return 'network card';
  return Object.entries(parts).reduce((most, part) => (part[1] > most[1] ? part : most))[0];
}
