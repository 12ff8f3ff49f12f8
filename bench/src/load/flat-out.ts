import type { PublisherLink } from '../wire/peer-wire.js';
import type { PublishJob } from './job.js';

/** Approximate bytes of one write. */
const blockBytes = 65_536;
/** Bytes a socket may have queued when the next block is written. */
const pendingMaxBytes = 1_048_576;
/** Blocks of one turn, after which the process handles requests. */
const turnBlockCount = 64;

interface Block {
  readonly bytes: Buffer;
  readonly messageCount: number;
}

/**
 * Writes blocks of many messages, as fast as socket and acknowledgements allow. Waits by events, never by spinning: the peer needs
 * the CPU.
 */
export class FlatOut {
  count = 0;
  readonly #link: PublisherLink;
  readonly #blocks: readonly Block[];
  readonly #windowCount: number;
  #next = 0;
  #isStopped = false;
  #isScheduled = false;
  readonly #turn = (): void => {
    this.#isScheduled = false;
    this.#pump();
  };

  constructor(link: PublisherLink, { topics, payloadBytes, windowCount }: PublishJob) {
    const payload = Buffer.alloc(payloadBytes, 'x');
    this.#link = link;
    this.#blocks = blocksOf(topics.map((topic) => link.encode(topic, payload)));
    this.#windowCount = Math.max(windowCount, ...this.#blocks.map(({ messageCount }) => messageCount));
    link.socket.on('drain', this.#turn);
    link.socket.on('data', this.#turn);
    this.#pump();
  }

  /** Publishes acknowledged so far; NaN where the peer has no acknowledgements. */
  get ackedCount(): number {
    return this.#link.ackedCount() ?? Number.NaN;
  }

  stop(): void {
    this.#isStopped = true;
  }

  #pump(): void {
    for (let written = 0; ; written++) {
      const block = this.#blocks[this.#next]!;
      if (!this.#mayWrite(block.messageCount)) return;
      if (written === turnBlockCount) return this.#later();
      this.#link.socket.write(block.bytes);
      this.count += block.messageCount;
      this.#next = (this.#next + 1) % this.#blocks.length;
    }
  }

  #mayWrite(messageCount: number): boolean {
    if (this.#isStopped || this.#link.socket.writableLength >= pendingMaxBytes) return false;
    const acked = this.#link.ackedCount();
    return acked === undefined || this.count - acked + messageCount <= this.#windowCount;
  }

  #later(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  }
}

/** Blocks that together contain every message equally often. */
function blocksOf(messages: readonly Buffer[]): Block[] {
  const perBlock = Math.max(1, Math.ceil(blockBytes / messages[0]!.length));
  const turns = Math.ceil(perBlock / messages.length);
  const cycle = Array.from({ length: turns }, () => messages).flat();
  const blockCount = Math.max(1, Math.round(cycle.length / perBlock));
  const size = Math.ceil(cycle.length / blockCount);
  return Array.from({ length: Math.ceil(cycle.length / size) }, (_, block) => {
    const parts = cycle.slice(block * size, (block + 1) * size);
    return { bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), messageCount: parts.length };
  });
}
