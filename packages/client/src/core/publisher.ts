import { encodePayload } from '@pulsemq/codecs';
import {
  type CompressionAlgorithm,
  checkTopic,
  ErrorCode,
  FormatCode,
  type PayloadFormat,
  PubFlag,
  PulseMQError,
  payloadLimitBytes,
} from '@pulsemq/protocol';
import { abortError, orAborted } from './abort.js';
import type { ConnectionKeeper } from './connection-keeper.js';
import { namespaceOf } from './names.js';
import { badOption } from './options.js';
import { PendingPublish, type Settle } from './pending.js';
import { nameFrames, type PublishFrame } from './publish-batch.js';
import { SerializedPayload } from './serialized-payload.js';

/** How one message is published. */
export interface PublishOptions {
  /** How `data` is serialised: `bytes` (default), `string`, `df_msgpack` or `df_pyarrow`. */
  readonly format?: PayloadFormat;
  /** `zlib`, `lz4` or `zstd`; done only from 1,024 serialised bytes up. Default: none. */
  readonly compress?: CompressionAlgorithm;
  /** Wait for the broker's acknowledgement: true by default. Without it a refusal is told to nobody. */
  readonly ack?: boolean;
  /** Kept when a slow subscriber's queue is conflated: for trades, not for quotes. Default false. */
  readonly doNotConflate?: boolean;
  /** Ends the wait. What has been sent may arrive all the same; what still waits for a connection is not sent. */
  readonly signal?: AbortSignal;
}

/** Bytes the system has not taken past which a publish without acknowledgement waits. */
const pendingSoftBytes = 8 * 1_048_576;
/** And past which it is refused: its caller does not wait. */
const pendingHardBytes = 256 * 1_048_576;
/** Names remembered in their wire form. */
const nameCacheCount = 65_536;

const resolved = Promise.resolve();
const noOptions: PublishOptions = {};
const bytesMax = payloadLimitBytes.bytes;

/** Makes messages of data and hands them to the connection. */
export class Publisher {
  readonly #keeper: ConnectionKeeper;
  readonly #username: string;
  readonly #names = new Map<string, Map<string, Buffer>>();
  #nameCount = 0;

  constructor(keeper: ConnectionKeeper, username: string) {
    this.#keeper = keeper;
    this.#username = username;
  }

  publish(namespace: string, topic: string, data: unknown, options: PublishOptions | undefined): Promise<void> {
    let names: Buffer;
    let frame: PublishFrame;
    try {
      names = this.names(namespace, topic);
      frame = publishFrame(data, options);
    } catch (error) {
      return Promise.reject(error);
    }
    const signal = options?.signal;
    if (signal === undefined) return this.send(names, frame);
    return signal.aborted ? Promise.reject(abortError(signal)) : this.#sendAbortable(names, frame, signal);
  }

  /** Resolves when it is acknowledged; where nobody answers, when there is room for the next. */
  send(names: Buffer, frame: PublishFrame): Promise<void> {
    if ((frame.flags & PubFlag.noReply) !== 0 && this.#keeper.publishUnanswered(names, frame)) return this.#room();
    return new Promise((resolve, reject) => {
      const settle: Settle = (error) => (error === null ? resolve() : reject(error));
      this.#keeper.publish(new PendingPublish(names, frame, settle));
    });
  }

  /** As `send`, without a promise for each. */
  sendTo(names: Buffer, frame: PublishFrame, settle: Settle): void {
    if ((frame.flags & PubFlag.noReply) === 0 || !this.#keeper.publishUnanswered(names, frame)) {
      this.#keeper.publish(new PendingPublish(names, frame, settle));
    } else if (this.#keeper.pendingBytes <= pendingSoftBytes) settle(null);
    else this.#room().then(() => settle(null), settle);
  }

  /** The three frames of names. Throws a TopicFormatError. */
  names(namespace: string, topic: string): Buffer {
    return this.#names.get(namespace)?.get(topic) ?? this.#newNames(namespace, topic);
  }

  #sendAbortable(names: Buffer, frame: PublishFrame, signal: AbortSignal): Promise<void> {
    if ((frame.flags & PubFlag.noReply) !== 0 && this.#keeper.publishUnanswered(names, frame)) {
      return orAborted(this.#room(), signal);
    }
    return new Promise((resolve, reject) => {
      const publish = new PendingPublish(names, frame, (error) => {
        signal.removeEventListener('abort', onAbort);
        if (error === null) resolve();
        else reject(error);
      });
      const onAbort = (): void => {
        publish.isCancelled = true;
        reject(abortError(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#keeper.publish(publish);
    });
  }

  /** Resolves at once while the system takes what is written. */
  #room(): Promise<void> {
    const { pendingBytes } = this.#keeper;
    if (pendingBytes <= pendingSoftBytes) return resolved;
    if (pendingBytes <= pendingHardBytes) return this.#keeper.drained();
    const text = `${pendingBytes} bytes wait to be written, the limit is ${pendingHardBytes}: wait for publish()`;
    return Promise.reject(new PulseMQError(ErrorCode.limitReached, text));
  }

  #newNames(namespace: string, topic: string): Buffer {
    const name = namespaceOf(namespace, 'topic', topic, checkTopic);
    if (this.#nameCount >= nameCacheCount) {
      this.#names.clear();
      this.#nameCount = 0;
    }
    const frames = nameFrames(name, topic, this.#username);
    let topics = this.#names.get(namespace);
    if (topics === undefined) {
      topics = new Map();
      this.#names.set(namespace, topics);
    }
    topics.set(topic, frames);
    this.#nameCount++;
    return frames;
  }
}

/** Serialises. Throws a PayloadTooLargeError, or a PulseMQError for what the format cannot hold. */
export function publishFrame(data: unknown, options: PublishOptions = noOptions): PublishFrame {
  if (typeof options !== 'object' || options === null)
    throw badOption('options', options, 'an object such as { format }');
  const { format = 'bytes', compress, ack, doNotConflate } = options;
  const ownFlags = (ack === false ? PubFlag.noReply : 0) | (doNotConflate === true ? PubFlag.doNotConflate : 0);
  // The common case, plain bytes as they are, without a detour.
  if (format === 'bytes' && compress === undefined && data instanceof Uint8Array && data.length <= bytesMax) {
    return { formatCode: FormatCode.bytes, flags: ownFlags, payload: data, timestampMs: Date.now() };
  }
  const serialized = data instanceof SerializedPayload ? data : null;
  const { payload, formatCode, flags } = serialized?.encoded ?? encodePayload({ format, data, compress });
  return { formatCode, flags: flags | ownFlags, payload, timestampMs: serialized?.timestampMs ?? Date.now() };
}
