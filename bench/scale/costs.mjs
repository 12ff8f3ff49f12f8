// What things cost, in microseconds of one core unless it says otherwise, and where each figure comes from.

export const costs = {
  // docs/figures.md, 100 B: 0.43 s of CPU for a million deliveries with one reader each, 0.10 with ten, 0.05 with a hundred. So a publish costs
  // 0.38, acknowledgement included, and a further delivery in a full batch 0.05.
  publishUs: 0.38,
  deliveryUs: 0.05,
  // docs/figures.md, "C write loop", and house measurements of one write of Node: a write that carries few messages costs as much as one of a full batch.
  writeUs: 3.6,
  // A copy into the batch of one more group: 120 bytes, with the view.
  groupCopyUs: 0.05,
  // Prototypes: 1.0 to 1.2 us for a message of 100 bytes in sender, NATS and receiver together, in batches of 20 to 64 KiB. Split by the
  // share of each process; the split is an assumption.
  fabricSendUs: 0.15,
  fabricServerUs: 0.3,
  fabricReceiveUs: 0.6,
  // One message of NATS, whatever is in it, at each broker; an assumption, between a write and a write with a wake-up.
  natsMessageUs: 6,
  // The server of NATS, for each message it takes and for each it gives.
  natsServerMessageUs: 1.5,
  // Parsing a hello: JSON, about 10 ns a byte.
  jsonByteUs: 0.01,
};

/** Constants of the fabric, as packages/broker/src/engine/fabric has them. */
export const fabric = {
  hellosPerSecond: 2,
  helloBytes: 450,
  helloBytesPerFeed: 190,
  receiptsPerSecond: 200,
  tcpBytesPerSecond: 1.25e9, // 10 Gbit/s
};

/** A turn of the loop takes in what has arrived meanwhile: at most this number a second when there is little to do. */
export const turnsPerSecond = 2_000;
