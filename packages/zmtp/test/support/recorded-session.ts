import { readFileSync } from 'node:fs';
import { fromHex, join } from './bytes.js';
import type { PeerOptions } from './test-peer.js';

interface Chunk {
  readonly conn?: number;
  readonly direction: string;
  readonly hex: string;
}

/** One direction of one recorded connection, and options for a peer that receives it. */
export interface RecordedStream {
  readonly title: string;
  readonly wire: Uint8Array;
  readonly chunks: readonly Uint8Array[];
  readonly receiver: PeerOptions;
}

const capture = JSON.parse(
  readFileSync(new URL('../fixtures/session-capture.json', import.meta.url), 'utf8'),
) as readonly Chunk[];

function chunksOf(conn: number, direction: string): Uint8Array[] {
  const chunks = capture.filter((chunk) => chunk.conn === conn && chunk.direction === direction && chunk.hex !== '');
  return chunks.map((chunk) => fromHex(chunk.hex));
}

function stream(title: string, conn: number, direction: string, receiver: PeerOptions): RecordedStream {
  const chunks = chunksOf(conn, direction);
  return { title, chunks, wire: join(...chunks), receiver };
}

/** Recorded between two libzmq sockets: connection 0 is DEALER to ROUTER, connection 1 is SUB to XPUB. */
export const recordedStreams: readonly RecordedStream[] = [
  stream('DEALER to ROUTER', 0, 'client->broker', { role: 'server', socketType: 'ROUTER', mechanisms: ['NULL'] }),
  stream('ROUTER to DEALER', 0, 'broker->client', { role: 'client', socketType: 'DEALER', mechanisms: ['NULL'] }),
  stream('SUB to XPUB', 1, 'client->broker', { role: 'server', socketType: 'XPUB', mechanisms: ['NULL'] }),
  stream('XPUB to SUB', 1, 'broker->client', { role: 'client', socketType: 'SUB', mechanisms: ['NULL'] }),
];
