import { decodeDeliveryBlock } from '@pulsemq/protocol';
import { FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';

/** A delivery, as views of the bytes it was found in. */
export interface Delivery {
  readonly header: Buffer;
  readonly topic: string;
  readonly payload: Buffer;
  /** Unix microseconds. */
  readonly receivedUs: number;
}

/** The deliveries that follow one another in bytes of the engine, which are not checked. */
export function* deliveriesIn(bytes: Uint8Array): Generator<Delivery> {
  const buf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buf.length; ) {
    const bodies: Buffer[] = [];
    for (let hasMore = true; hasMore; ) {
      hasMore = (buf[at]! & FrameFlag.more) !== 0;
      const start = at + frameHeaderBytesOf(buf[at]!);
      at = start + frameBodyBytes(buf, at);
      bodies.push(buf.subarray(start, at));
    }
    // Key, header, namespace, topic, username, payload, reserved.
    const [, header, , topic, , payload, reserved] = bodies as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
    const receivedUs = decodeDeliveryBlock(reserved)?.receivedAtUs ?? 0;
    yield { header, topic: topic.toString('latin1'), payload, receivedUs };
  }
}
