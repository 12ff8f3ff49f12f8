import type { JournalFile, JournalFiles } from '../../src/journal/file-port.js';

/** One call that changed something. A number identifies a file, because names change. */
type Call =
  | { readonly kind: 'create'; readonly file: number; readonly name: string }
  | { readonly kind: 'write'; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: number; readonly sizeBytes: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'syncFolder' };

/** Numbers in [0, 1). */
export type Random = () => number;

/** The same sequence of numbers for the same seed. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Files in memory. Every change is recorded, so that a test can ask what a crash after any of them may leave. */
export class RecordedFiles implements JournalFiles {
  readonly calls: Call[] = [];
  readonly #names = new Map<string, number>();
  readonly #contents = new Map<number, Buffer>();
  #nextFile = 1;
  /** Called before each write, sync and creation; may throw as a full disk does. */
  beforeChange: (call: Call) => void = () => {};
  /** Says of each `syncLater` whether the disk syncs when it begins; otherwise just before it ends. */
  syncsAtBegin: () => boolean = () => false;
  readonly #begun: (() => void)[] = [];

  list(): string[] {
    return [...this.#names.keys()];
  }

  create(name: string): JournalFile {
    const file = this.#nextFile++;
    this.#do({ kind: 'create', file, name });
    return this.#handle(file);
  }

  open(name: string): JournalFile {
    const file = this.#names.get(name);
    if (file === undefined) throw Object.assign(new Error(`ENOENT: there is no file ${name}`), { code: 'ENOENT' });
    return this.#handle(file);
  }

  rename(from: string, to: string): void {
    this.#do({ kind: 'rename', from, to });
  }

  remove(name: string): void {
    this.#do({ kind: 'remove', name });
  }

  syncFolder(): void {
    this.#do({ kind: 'syncFolder' });
  }

  /** Ends the oldest `syncLater` that is under way. False when none is. */
  endSync(): boolean {
    const end = this.#begun.shift();
    end?.();
    return end !== undefined;
  }

  bytesOf(name: string): Buffer {
    return this.#contents.get(this.#names.get(name)!)!;
  }

  /** Puts other bytes into a file, unrecorded. */
  replace(name: string, bytes: Buffer): void {
    this.#contents.set(this.#names.get(name)!, bytes);
  }

  /** The files as they are, without a record. */
  copy(): RecordedFiles {
    const copy = new RecordedFiles();
    for (const [name, file] of this.#names) copy.#add(name, Buffer.from(this.#contents.get(file)!));
    return copy;
  }

  /**
   * What a loss of power after the first `cut` changes may leave. What was synced is there. Of the other writes any may be lost or torn, in
   * whatever order; changes of names are kept up to any of those after the last sync of the folder.
   */
  afterCrash(cut: number, random: Random): RecordedFiles {
    const calls = this.calls.slice(0, cut);
    const names = namesAfter(calls, random);
    const left = new RecordedFiles();
    for (const [name, file] of names) left.#add(name, contentAfter(calls, file, random));
    return left;
  }

  #add(name: string, bytes: Buffer): void {
    const file = this.#nextFile++;
    this.#names.set(name, file);
    this.#contents.set(file, bytes);
  }

  #handle(file: number): JournalFile {
    return {
      sizeBytes: () => this.#contents.get(file)!.length,
      write: (pieces, at) => this.#do({ kind: 'write', file, at, bytes: Buffer.concat(pieces) }),
      read: (into, at) => this.#read(file, into, at),
      readLater: (into, at, done) => setImmediate(() => done(null, this.#read(file, into, at))),
      sync: () => this.#do({ kind: 'sync', file }),
      syncLater: (done) => this.#later(file, done),
      truncate: (sizeBytes) => this.#do({ kind: 'truncate', file, sizeBytes }),
      close: () => {},
    };
  }

  #read(file: number, into: Uint8Array, at: number): number {
    return this.#contents.get(file)!.subarray(at).copy(into);
  }

  #later(file: number, done: (error: Error | null) => void): void {
    const sync = (): Error | null => {
      try {
        this.#do({ kind: 'sync', file });
        return null;
      } catch (error) {
        return error as Error;
      }
    };
    const result = this.syncsAtBegin() ? { error: sync() } : null;
    this.#begun.push(() => done(result === null ? sync() : result.error));
  }

  #do(call: Call): void {
    this.beforeChange(call);
    this.calls.push(call);
    applyName(this.#names, call);
    if (call.kind === 'create') this.#contents.set(call.file, Buffer.alloc(0));
    if (call.kind === 'write' || call.kind === 'truncate') {
      this.#contents.set(call.file, changed(this.#contents.get(call.file)!, call));
    }
  }
}

function applyName(names: Map<string, number>, call: Call): void {
  if (call.kind === 'create') names.set(call.name, call.file);
  else if (call.kind === 'remove') names.delete(call.name);
  else if (call.kind === 'rename') {
    names.set(call.to, names.get(call.from)!);
    names.delete(call.from);
  }
}

function changed(before: Buffer, call: Call & { kind: 'write' | 'truncate' }): Buffer {
  if (call.kind === 'truncate') return Buffer.from(before.subarray(0, call.sizeBytes));
  const after = Buffer.alloc(Math.max(before.length, call.at + call.bytes.length));
  before.copy(after);
  call.bytes.copy(after, call.at);
  return after;
}

function namesAfter(calls: readonly Call[], random: Random): Map<string, number> {
  const isName = ({ kind }: Call): boolean => kind === 'create' || kind === 'rename' || kind === 'remove';
  const synced = calls.findLastIndex(({ kind }) => kind === 'syncFolder');
  const pending = calls.slice(synced + 1).filter(isName);
  const kept = pending.slice(0, Math.floor(random() * (pending.length + 1)));
  const names = new Map<string, number>();
  for (const call of [...calls.slice(0, synced + 1), ...kept]) applyName(names, call);
  return names;
}

function contentAfter(calls: readonly Call[], file: number, random: Random): Buffer {
  const synced = calls.findLastIndex((call) => call.kind === 'sync' && call.file === file);
  let content = Buffer.alloc(0) as Buffer;
  for (const [index, call] of calls.entries()) {
    if ((call.kind !== 'write' && call.kind !== 'truncate') || call.file !== file) continue;
    const kept = index < synced ? call : survivor(call, random);
    if (kept !== null) content = changed(content, kept);
  }
  return content;
}

/** What is left of a change that was not synced: all of it, a part of it, or nothing. */
function survivor(call: Call & { kind: 'write' | 'truncate' }, random: Random): typeof call | null {
  const luck = random();
  if (luck < 0.3) return null;
  if (luck < 0.6 || call.kind === 'truncate') return call;
  const start = Math.floor(random() * call.bytes.length);
  const bytes = Buffer.from(call.bytes);
  // The head of the write is there and the rest is not, or a part in its middle has stayed as zeros.
  if (luck < 0.8) return { ...call, bytes: bytes.subarray(0, start) };
  bytes.fill(0, start, Math.min(bytes.length, start + Math.ceil(random() * 4_096)));
  return { ...call, bytes };
}
