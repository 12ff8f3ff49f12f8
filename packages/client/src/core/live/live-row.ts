import type { Row } from '@pulsemq/codecs';
import type { TopicStatus } from '../topic-status.js';

/** Where the values of a row come from. */
export interface RowSource {
  readonly sequence: number;
  readonly epoch: number;
  readonly timestamp: number;
  readonly receivedAt: number | undefined;
}

/** What a row reads of its topic. */
export interface RowTopic {
  readonly namespace: string;
  readonly topic: string;
  readonly status: TopicStatus | undefined;
}

/** Makes the values of a row when they are first read. */
export type ReadValues = () => Row;

const noValues: Row = {};

/** A row of a LiveTable. The object stays the same while the row exists, and its properties change. */
export class LiveRow {
  /** Value of the key column; undefined in a table without `key`. */
  readonly key: unknown;
  readonly #topic: RowTopic;
  #source: RowSource | null = null;
  #readValues: ReadValues | null = null;
  #values: Row = noValues;
  #problem: string | undefined;
  #confirmed = true;

  /** The table makes rows. */
  constructor(topic: RowTopic, key: unknown) {
    this.#topic = topic;
    this.key = key;
  }

  /** The namespace of its topic. */
  get namespace(): string {
    return this.#topic.namespace;
  }

  /** The topic that it shows. */
  get topic(): string {
    return this.#topic.topic;
  }

  /** The newest values, by column. Empty before the first message, and if the payload cannot be decoded. */
  get values(): Readonly<Row> {
    this.#decode();
    return this.#values;
  }

  /** Why the payload cannot be decoded; undefined if it can. */
  get problem(): string | undefined {
    this.#decode();
    return this.#problem;
  }

  /** Sequence of the message that the values come from. 0 before the first message: only a status has arrived. */
  get sequence(): number {
    return this.#source?.sequence ?? 0;
  }

  /** Epoch of that message. */
  get epoch(): number {
    return this.#source?.epoch ?? 0;
  }

  /** When the broker received that message, by its clock: Unix milliseconds with a fraction. Undefined before the first message. */
  get receivedAt(): number | undefined {
    return this.#source?.receivedAt;
  }

  /** When it was published, by the publisher's clock: Unix milliseconds. Undefined before the first message. */
  get timestamp(): number | undefined {
    return this.#source?.timestamp;
  }

  /** Milliseconds since the broker received the message, by the clocks of both machines. Undefined before the first message. */
  get ageMs(): number | undefined {
    const { receivedAt } = this;
    return receivedAt === undefined ? undefined : Math.max(0, Date.now() - receivedAt);
  }

  /** The status of the topic. Undefined while the broker has sent none: there is no rule for it, and its publisher is present. */
  get status(): TopicStatus | undefined {
    return this.#topic.status;
  }

  /** False after a lost connection, until an image or a message of the new connection has shown that the values are the newest. */
  get confirmed(): boolean {
    return this.#confirmed;
  }

  /**
   * New values. The table calls this.
   *
   * @internal
   */
  update(source: RowSource, readValues: ReadValues): void {
    this.#source = source;
    this.#readValues = readValues;
    this.#confirmed = true;
  }

  /** The connection was lost. The table calls this. */
  unconfirm(): void {
    this.#confirmed = false;
  }

  /** All properties, for JSON.stringify. */
  toJSON(): Record<string, unknown> {
    const { namespace, topic, key, values, problem, sequence, epoch, receivedAt, timestamp, ageMs, status, confirmed } =
      this;
    return { namespace, topic, key, values, problem, sequence, epoch, receivedAt, timestamp, ageMs, status, confirmed };
  }

  #decode(): void {
    if (this.#readValues === null) return;
    const read = this.#readValues;
    this.#readValues = null;
    try {
      this.#values = read();
      this.#problem = undefined;
    } catch (error) {
      this.#values = noValues;
      this.#problem = (error as Error).message;
    }
  }
}
