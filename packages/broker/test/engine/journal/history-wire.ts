import {
  decodeDeliveryBlock,
  type HistoryListing,
  type MessageParts,
  MessageType,
  parseMessage,
} from '@pulsemq/protocol';
import { FrameDecoder, FrameFlag } from '@pulsemq/zmtp';
import type { Delivery, WirePeer } from '../wire-peer.js';

/** A QUERY for history. */
export const historyQuery = (question: object): MessageParts => ({
  type: MessageType.query,
  format: 1,
  payload: Buffer.from(JSON.stringify({ type: 'history', ...question })),
});

/** A delivery of its seven frames. */
export function deliveryOfFrames([key, ...frames]: readonly Uint8Array[]): Delivery {
  const message = parseMessage(frames);
  if (typeof message === 'string') throw new Error(message);
  return { ...message, key: Buffer.from(key!).toString('latin1'), block: decodeDeliveryBlock(message.reserved) };
}

/** The listing of an answer, and its messages. */
export async function history(
  peer: WirePeer,
  question: object,
): Promise<{ listing: HistoryListing; messages: Delivery[] }> {
  peer.send(historyQuery(question));
  const message = parseMessage(await peer.messages.next());
  if (typeof message === 'string' || message.header.type !== MessageType.ack) throw new Error(String(message));
  const payload = Buffer.from(message.payload);
  const end = 4 + payload.readUInt32BE(0);
  const listing = JSON.parse(payload.toString('utf8', 4, end)) as HistoryListing;
  return { listing, messages: deliveriesIn(payload.subarray(end)) };
}

/** Whole deliveries, one after another. */
export function deliveriesIn(bytes: Uint8Array): Delivery[] {
  const messages: Delivery[] = [];
  let frames: Uint8Array[] = [];
  const decoder = new FrameDecoder(
    { maxFrameBytes: 67_108_864 },
    {
      onFrame: (buf, flags, start, stop) => {
        frames.push(new Uint8Array(buf.subarray(start, stop)));
        if ((flags & FrameFlag.more) !== 0) return;
        messages.push(deliveryOfFrames(frames));
        frames = [];
      },
    },
  );
  decoder.push(bytes);
  return messages;
}
