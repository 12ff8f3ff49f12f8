import { BlockBit, MessageType, type ReplayEndNotice, type ReplayPlaceNotice } from '@pulsemq/protocol';
import { bodyOf } from '../market/market-fixture.js';
import type { Delivery, WirePeer } from '../wire-peer.js';

/** What came of a replay. */
export interface Replayed {
  /** Messages, such as `a#3=text`. */
  readonly seen: string[];
  readonly messages: Delivery[];
  readonly places: ReplayPlaceNotice[];
  readonly end: ReplayEndNotice;
}

/** Such as `a#3=text`, with `~` before a message of the past. */
export const shown = ({ topic, payload, block }: Delivery): string =>
  `${(block?.bits ?? 0) & BlockBit.replayed ? '~' : ''}${topic}#${block?.sequence}=${Buffer.from(payload).toString('utf8', 0, 40)}`;

/** Everything up to the next REPLAY_END, and that. */
export async function untilReplayEnd(lane: WirePeer): Promise<Replayed> {
  const messages: Delivery[] = [];
  const places: ReplayPlaceNotice[] = [];
  for (;;) {
    const delivery = await lane.delivery();
    const { type } = delivery.header;
    const body = type === MessageType.pub ? undefined : bodyOf(delivery);
    if (body === undefined) messages.push(delivery);
    else if (type === MessageType.replayPlace) places.push(body as unknown as ReplayPlaceNotice);
    else if (type === MessageType.replayEnd) {
      return { seen: messages.map(shown), messages, places, end: body as unknown as ReplayEndNotice };
    } else throw new Error(`a message of type ${type} came before REPLAY_END`);
  }
}

/** The next message that is not REPLAY_PLACE. */
export async function nextMessage(lane: WirePeer): Promise<Delivery> {
  for (;;) {
    const delivery = await lane.delivery();
    if (delivery.header.type !== MessageType.replayPlace) return delivery;
  }
}
