import { checkTopic, ErrorCode, FormatCode, PubFlag, PulseMQError, payloadLimitBytes } from '@pulsemq/protocol';
import { encodePayload } from '#codecs';
import { abortError, onAbort, orAborted } from './abort.js';
import { CodecWait } from './codecs/codec-wait.js';
import type { ConnectionKeeper } from './connection-keeper.js';
import { namespaceOf } from './names.js';
import { badOption } from './option-checks.js';
import { PendingPublish, type Settle } from './pending.js';
import { nameFrames, type PublishFrame } from './publish-batch.js';
import type { PublishOptions } from './publish-options.js';
import { SerializedPayload } from './serialized-payload.js';

/** Bytes not yet taken by the system past which a publish without acknowledgement waits. */
const pendingSoftBytes = 8 * 1_048_576;
/** Bytes past which it is refused: its caller does not await. */
const pendingHardBytes = 256 * 1_048_576;
/** Topics whose name frames are cached. */
const nameCacheCount = 65_536;

const resolved = Promise.resolve();
const noOptions: PublishOptions = {};
const bytesMax = payloadLimitBytes.bytes;

/** Encodes publishes and hands them to the connection. */
export class Publisher {
  readonly #keeper: ConnectionKeeper;
  readonly #username: string;
  readonly #names = new Map<string, Map<string, Uint8Array>>();
  #nameCount = 0;
  readonly #codecWait = new CodecWait();

  constructor(keeper: ConnectionKeeper, username: string) {
    this.#keeper = keeper;
    this.#username = username;
  }

  /** Encodes and sends one message. Resolves as `send` does; rejects if the names, data or options are not valid. */
  publish(namespace: string, topic: string, data: unknown, options: PublishOptions | undefined): Promise<void> {
    const loaded = this.codecsOf(options);
    if (loaded !== null) return loaded.then(() => this.publish(namespace, topic, data, options));
    let names: Uint8Array;
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

  /** Null if payloads with these options can be encoded now; otherwise resolves when publishes may go on. */
  codecsOf(options: PublishOptions = noOptions): Promise<void> | null {
    return typeof options === 'object' && options !== null ? this.#codecWait.before(options) : null;
  }

  /** Resolves when the message is acknowledged. Without acknowledgement: when there is room for the next one. */
  send(names: Uint8Array, frame: PublishFrame): Promise<void> {
    if ((frame.flags & PubFlag.noReply) !== 0 && this.#keeper.publishUnanswered(names, frame)) return this.#room();
    return new Promise((resolve, reject) => {
      const settle: Settle = (error) => (error === null ? resolve() : reject(error));
      this.#keeper.publish(new PendingPublish(names, frame, settle));
    });
  }

  /** Sends as `send` does, but without a promise per message. */
  sendTo(names: Uint8Array, frame: PublishFrame, settle: Settle): void {
    if ((frame.flags & PubFlag.noReply) === 0 || !this.#keeper.publishUnanswered(names, frame)) {
      this.#keeper.publish(new PendingPublish(names, frame, settle));
    } else if (this.#keeper.pendingBytes <= pendingSoftBytes) settle(null);
    else this.#room().then(() => settle(null), settle);
  }

  /** Calls back with its error when the client ends; at once if it has no connection and no attempt for one. Returns how to stop that. */
  onEnd(callback: (error: Error) => void): () => void {
    return this.#keeper.onEnd(callback);
  }

  /** The frames of namespace, topic and username. Throws a TopicFormatError. */
  names(namespace: string, topic: string): Uint8Array {
    return this.#names.get(namespace)?.get(topic) ?? this.#newNames(namespace, topic);
  }

  #sendAbortable(names: Uint8Array, frame: PublishFrame, signal: AbortSignal): Promise<void> {
    if ((frame.flags & PubFlag.noReply) !== 0 && this.#keeper.publishUnanswered(names, frame)) {
      return orAborted(this.#room(), signal);
    }
    return new Promise((resolve, reject) => {
      const stop = onAbort(signal, () => {
        publish.isCancelled = true;
        reject(abortError(signal));
      });
      const publish = new PendingPublish(names, frame, (error) => {
        stop();
        if (error === null) resolve();
        else reject(error);
      });
      this.#keeper.publish(publish);
    });
  }

  /** Resolves at once unless many bytes wait to be written. Rejects past the hard limit. */
  #room(): Promise<void> {
    const { pendingBytes } = this.#keeper;
    if (pendingBytes <= pendingSoftBytes) return resolved;
    if (pendingBytes <= pendingHardBytes) return this.#keeper.drained();
    const text = `${pendingBytes} bytes wait to be written, the limit is ${pendingHardBytes} bytes: await each publish()`;
    return Promise.reject(new PulseMQError(ErrorCode.limitReached, text));
  }

  #newNames(namespace: string, topic: string): Uint8Array {
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

/** Serialises data. Throws a PayloadTooLargeError, or a PulseMQError for bad options and for data that the format cannot hold. */
export function publishFrame(data: unknown, options: PublishOptions = noOptions): PublishFrame {
  if (typeof options !== 'object' || options === null)
    throw badOption('options', options, 'an object such as { format }');
  const { format = 'bytes', compress, ack, doNotConflate } = options;
  const ownFlags = (ack === false ? PubFlag.noReply : 0) | (doNotConflate === true ? PubFlag.doNotConflate : 0);
  // The common case, plain bytes, without the calls of the general one.
  if (format === 'bytes' && compress === undefined && data instanceof Uint8Array && data.length <= bytesMax) {
    return { formatCode: FormatCode.bytes, flags: ownFlags, payload: data, timestampMs: Date.now() };
  }
  const serialized = data instanceof SerializedPayload ? data : null;
  const { payload, formatCode, flags } = serialized?.encoded ?? encodePayload({ format, data, compress });
  return { formatCode, flags: flags | ownFlags, payload, timestampMs: serialized?.timestampMs ?? Date.now() };
}
