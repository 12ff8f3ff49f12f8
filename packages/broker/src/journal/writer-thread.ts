import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { writeCheckpoint } from './checkpoint.js';
import { segmentNumbers } from './file-names.js';
import { FolderLock } from './folder-lock.js';
import { NodeFiles } from './node-files.js';
import { namesOf } from './record.js';
import { type RecoveredHead, recover } from './recovery.js';
import type { RestoredHead, WriterData, WriterEvent, WriterRequest } from './thread-messages.js';
import { WriterLoop } from './writer-loop.js';

/** The thread that writes the journal: recovers what is there, then writes until it gets the command to stop. */

/** Heads in one message. */
const headsAtATime = 1_000;

if (parentPort === null) throw new Error('journal/writer-thread.js runs as a worker thread only');
const port = parentPort;
const data = workerData as WriterData;
const emit = (event: WriterEvent): void => port.postMessage(event);
const larges = new Map<number, Uint8Array>();
let stop: Extract<WriterRequest, { kind: 'stop' }> | null = null;

/** Takes what the engine has sent. The thread blocks most of the time, so no event loop does it. */
function receive(): void {
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    const request = got.message as WriterRequest;
    if (request.kind === 'large') larges.set(request.id, new Uint8Array(request.record));
    else stop = request;
  }
}

function takeLarge(id: number): Uint8Array | undefined {
  if (!larges.has(id)) receive();
  const record = larges.get(id);
  larges.delete(id);
  return record;
}

const restored = ({ record, ...head }: RecoveredHead): RestoredHead => ({
  ...head,
  frames: record === null ? null : new Uint8Array(record.frames),
  receivedAtUs: record?.receivedAtUs ?? 0,
});

function sendHeads(heads: Iterable<RecoveredHead>): void {
  let piece: RestoredHead[] = [];
  for (const head of heads) {
    piece.push(restored(head));
    if (piece.length < headsAtATime) continue;
    emit({ kind: 'heads', heads: piece });
    piece = [];
  }
  emit({ kind: 'heads', heads: piece });
}

const files = new NodeFiles(data.settings.folder);
files.prepare();
const lock = new FolderLock(data.settings.folder);
const wanted = new Set(data.valueNamespaces);
const recovered = recover(files, (key) => wanted.has(namesOf(key).namespace));
sendHeads(recovered.heads);
const loop = new WriterLoop(data, files, recovered, takeLarge, emit);
emit({ kind: 'opened', notes: recovered.notes });
while (stop === null) {
  loop.round();
  await loop.settleSyncs();
  receive();
}
await finish(stop);

/** Without a checkpoint, the next start begins new epochs. */
async function finish({ headCount, heads }: Extract<WriterRequest, { kind: 'stop' }>): Promise<void> {
  if (await loop.close()) {
    try {
      writeCheckpoint(files, segmentNumbers(files.list()).pop() ?? 0, headCount, heads);
    } catch (error) {
      emit({ kind: 'failed', text: `the checkpoint could not be written: ${String(error)}` });
    }
  }
  lock.release();
  emit({ kind: 'stopped' });
  port.close();
}
