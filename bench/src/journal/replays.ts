import { PulseMQClient } from '@pulsemq/client';
import { MessageType, type ReplayEndNotice, type ReplayOptions } from '@pulsemq/protocol';
import { LaneConnection, typeOf } from '../market/wire/lane-connection.js';
import { MarketSession } from '../market/wire/market-session.js';
import type { MessageView } from '../market/wire/message-walker.js';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';

const lane = 1;

/** What is replayed: the first messages of every topic. */
export interface ReplayRange {
  readonly toSequence: number;
  /** Messages that must come. */
  readonly count: number;
}

/** Replays at full speed to a raw reader that counts messages. Resolves with messages a second. Throws where one is missing. */
export async function replayRaw(address: PeerAddress, { toSequence, count }: ReplayRange): Promise<number> {
  const session = await MarketSession.open(address);
  let receivedCount = 0;
  let onEnd: (end: ReplayEndNotice) => void = () => {};
  const ended = new Promise<ReplayEndNotice>((resolve) => {
    onEnd = resolve;
  });
  const connection = await LaneConnection.open(address, session.ticket, lane, (message) => {
    const type = typeOf(message);
    if (type === MessageType.pub) receivedCount++;
    else if (type === MessageType.replayEnd) onEnd(noticeOf(message));
  });
  const lost = new Promise<never>((_, reject) => {
    connection.socket.once('close', () => reject(new Error('the broker closed the lane of the replay')));
  });
  const startMs = performance.now();
  await session.requestAll([request({ to_sequence: toSequence })]);
  const { reason, problem } = await Promise.race([ended, lost]);
  const seconds = (performance.now() - startMs) / 1_000;
  lost.catch(() => {});
  connection.socket.destroy();
  session.close();
  if (reason !== 'complete') throw new Error(`the replay ended as ${reason}: ${problem}`);
  check(receivedCount, count);
  return receivedCount / seconds;
}

/** Replays at full speed to the client library, by iterating or by callback. Resolves with messages a second. */
export async function replaySdk(
  { pubPort, subPort, token = '' }: PeerAddress,
  { toSequence, count }: ReplayRange,
  way: 'iterate' | 'callback',
): Promise<number> {
  const client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username: benchUsername, token });
  await client.connect();
  let receivedCount = 0;
  const startMs = performance.now();
  const onMessage = (): void => {
    receivedCount++;
  };
  const replay = await client.replay(benchNamespace, '>', { toSequence, ...(way === 'callback' && { onMessage }) });
  if (way === 'callback') await replay.replayEnd;
  else for await (const _ of replay) onMessage();
  const seconds = (performance.now() - startMs) / 1_000;
  await client.close();
  check(receivedCount, count);
  return receivedCount / seconds;
}

const request = (replay: ReplayOptions) => ({
  type: MessageType.sub,
  namespace: benchNamespace,
  topic: '>',
  payload: Buffer.from(JSON.stringify({ lane, replay })),
});

const noticeOf = ({ bytes, starts, ends }: MessageView): ReplayEndNotice =>
  JSON.parse(bytes.toString('utf8', starts[5], ends[5])) as ReplayEndNotice;

function check(receivedCount: number, count: number): void {
  if (receivedCount !== count) throw new Error(`a replay of ${count} messages gave ${receivedCount}`);
}
