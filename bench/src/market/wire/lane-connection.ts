import type { Socket } from 'node:net';
import { MessageType, ticketPrefix } from '@pulsemq/protocol';
import { encodePong, encodeSubscribe } from '@pulsemq/zmtp';
import type { PeerAddress } from '../../wire/peer-wire.js';
import { keepAlive } from '../../wire/pulsemq.js';
import { dialPulseMQ } from '../../wire/zmtp-socket.js';
import { type MessageView, MessageWalker } from './message-walker.js';

/** Byte 1 of the header of a message on the subscriber port: its frame 0 is the key. */
export const typeOf = ({ bytes, starts }: MessageView): number => bytes[starts[1]! + 1]!;

/** What a lane receives. `arrivedNs` is the monotonic clock at the read. */
export type OnLaneMessage = (message: MessageView, arrivedNs: number) => void;

/** The subscriber connection of one lane. */
export class LaneConnection {
  readonly socket: Socket;
  receivedBytes = 0;
  /** Monotonic clock at the last read, nanoseconds. */
  lastReadNs = 0;

  private constructor(socket: Socket, onMessage: OnLaneMessage) {
    this.socket = socket;
    const walker = new MessageWalker({
      onMessage: (message) => onMessage(message, this.lastReadNs),
      onPing: (context) => socket.write(encodePong(context)),
    });
    socket.on('data', (chunk: Buffer) => {
      this.lastReadNs = Number(process.hrtime.bigint());
      this.receivedBytes += chunk.length;
      walker.push(chunk);
    });
    keepAlive(socket);
  }

  /** Resolves when the broker has bound it to the lane. Rejects where the broker closes it. */
  static async open(
    address: PeerAddress,
    ticket: string,
    lane: number,
    onMessage: OnLaneMessage,
  ): Promise<LaneConnection> {
    const socket = await dialPulseMQ(address, 'XSUB');
    const digit = lane === 0 ? '' : String(lane);
    return new Promise((resolve, reject) => {
      const connection = new LaneConnection(socket, (message, arrivedNs) => {
        if (typeOf(message) === MessageType.bound) resolve(connection);
        else onMessage(message, arrivedNs);
      });
      socket.once('close', () => reject(new Error(`the broker closed lane ${lane} before it was bound`)));
      socket.write(encodeSubscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket + digit)]), 'command'));
      socket.resume();
    });
  }
}
