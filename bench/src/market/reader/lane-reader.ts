import { BlockBit, BlockOffset, deliveryBlockVersion, MessageType } from '@pulsemq/protocol';
import { readU64 } from '@pulsemq/zmtp';
import type { PeerAddress } from '../../wire/peer-wire.js';
import { topicIndexOf } from '../topic-index.js';
import { LaneConnection, typeOf } from '../wire/lane-connection.js';
import type { MessageView } from '../wire/message-walker.js';
import { throttle } from '../wire/read-throttle.js';
import type { Faults } from './faults.js';
import type { HeldCheck } from './held-check.js';
import { PaceRecord } from './pace-record.js';
import type { ReaderJob } from './reader-job.js';
import { SequenceCheck } from './sequence-check.js';
import { SnapshotCheck } from './snapshot-check.js';
import { StatusRecord } from './status-record.js';

/** Frames of a message on the subscriber port. */
const Frame = { key: 0, topic: 3, payload: 5, block: 6 } as const;

/** One lane: hands each message to the checks of its job. */
export class LaneReader {
  readonly sequences: SequenceCheck;
  readonly snapshot: SnapshotCheck;
  readonly pace: PaceRecord | null;
  readonly statuses: StatusRecord | null;
  held: HeldCheck | null = null;
  #connection: LaneConnection | null = null;
  /** Images of topics without a number. */
  #otherImageCount = 0;
  readonly #faults: Faults;

  private constructor(job: ReaderJob, faults: Faults) {
    this.#faults = faults;
    this.sequences = new SequenceCheck(job.topicCount, job.startSequence, faults);
    this.snapshot = new SnapshotCheck(faults);
    this.pace = job.recordsPace ? new PaceRecord(job.topicCount) : null;
    this.statuses = job.options.status === true ? new StatusRecord(job.topicCount) : null;
  }

  static async open(
    address: PeerAddress,
    ticket: string,
    lane: number,
    job: ReaderJob,
    faults: Faults,
  ): Promise<LaneReader> {
    const reader = new LaneReader(job, faults);
    const connection = await LaneConnection.open(address, ticket, lane, (message, arrivedNs) =>
      reader.#onMessage(message, arrivedNs),
    );
    reader.#connection = connection;
    connection.socket.once('close', () => faults.add('closed', () => `the broker closed lane ${lane}`));
    if (job.readBytesPerSecond !== null) throttle(connection, job.readBytesPerSecond);
    return reader;
  }

  get connection(): LaneConnection {
    return this.#connection!;
  }

  #onMessage(message: MessageView, arrivedNs: number): void {
    switch (typeOf(message)) {
      case MessageType.pub:
        return this.#onDelivery(message, arrivedNs);
      case MessageType.snapshotEnd:
        return this.snapshot.onEnd(payloadOf(message), this.sequences, this.#otherImageCount, arrivedNs);
      case MessageType.topicStatus:
        return this.statuses?.onStatus(topicNameOf(message), payloadOf(message), arrivedNs);
      default:
        this.#faults.add('unknown message', () => `type ${typeOf(message)}`);
    }
  }

  #onDelivery({ bytes, starts, ends, frameCount }: MessageView, arrivedNs: number): void {
    const block = starts[Frame.block]!;
    if (frameCount !== Frame.block + 1 || bytes[block] !== deliveryBlockVersion)
      return this.#faults.add('delivery without a block', () => `${frameCount} frames`);
    const bits = bytes[block + BlockOffset.bits]!;
    const topic = topicIndexOf(bytes, starts[Frame.key]!, ends[Frame.key]!);
    if (topic < 0) {
      if ((bits & BlockBit.snapshot) !== 0) this.#otherImageCount++;
      return;
    }
    const sequence = readU64(bytes, block + BlockOffset.sequence);
    this.sequences.onDelivery(topic, sequence, bits, bytes.readUInt16BE(block + BlockOffset.conflatedCount));
    this.held?.onDelivery(topic, sequence, ends[Frame.block]! - starts[Frame.key]!);
    this.pace?.onDelivery(topic, bytes.readDoubleBE(starts[Frame.payload]!), arrivedNs);
    this.statuses?.onDelivery(topic, bytes.readDoubleBE(starts[Frame.payload]!), arrivedNs);
  }
}

const payloadOf = ({ bytes, starts, ends }: MessageView): string =>
  bytes.toString('utf8', starts[Frame.payload], ends[Frame.payload]);

const topicNameOf = ({ bytes, starts, ends }: MessageView): string =>
  bytes.toString('utf8', starts[Frame.topic], ends[Frame.topic]);
