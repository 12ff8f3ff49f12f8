import type { BarRuleSpec } from '../../bars/bar-times.js';
import type { Clock } from '../clock.js';
import type { Batch } from '../fanout/batch/batch.js';
import type { FanOut } from '../fanout/fan-out.js';
import type { GroupMember } from '../fanout/group-member.js';
import { InterestGroup } from '../fanout/interest-group.js';
import type { Namespace } from '../route/namespace.js';
import { allTopics } from '../route/prefix-set.js';

/** What a source needs of the one that owns it. */
export interface SourceOwner {
  /** Takes room for bytes that are copied for the thread of the bars. False when there is none left. */
  reserve(bytes: number): boolean;
  /** Messages of the source were left out. */
  lost(source: BarSource, messageCount: number): void;
  /** The source has collected enough to be sent. */
  isFull(source: BarSource): void;
}

/** Deliveries that are sent together at least. */
const pieceBytes = 262_144;

/**
 * The topics of a namespace that match the source of bar rules. It is a member of a group of its own, which gets what publishers of this broker
 * send and nothing that came from another one: each price is in the bars of one broker. It copies deliveries and decodes nothing.
 */
export class BarSource implements GroupMember {
  readonly isReader = false;
  readonly id: number;
  readonly namespace: Namespace;
  readonly pattern: string;
  rules: readonly BarRuleSpec[] = [];
  readonly #owner: SourceOwner;
  readonly #clock: Clock;
  readonly #group: InterestGroup;
  #copies: Buffer[] = [];
  #copiedBytes = 0;
  /** Since when messages are left out, Unix microseconds; null while none are. */
  #lostFromUs: number | null = null;
  #lostToUs = 0;

  constructor(id: number, namespace: Namespace, pattern: string, fanOut: FanOut, owner: SourceOwner) {
    this.id = id;
    this.namespace = namespace;
    this.pattern = pattern;
    this.#owner = owner;
    this.#clock = fanOut.clock;
    this.#group = new InterestGroup(`bars ${id}`, fanOut);
    this.#group.takesOwnOnly = true;
    this.#group.join(this);
    namespace.addInterest({ namespace: namespace.name, pattern, prefixes: allTopics }, this.#group);
  }

  joined(): void {}

  left(): void {}

  deliver(batch: Batch): void {
    if (!this.#owner.reserve(batch.endBytes)) return this.#lose(batch);
    if (batch.chunks === null) this.#copies.push(Buffer.from(batch.view));
    else this.#copies.push(...batch.chunks.map((chunk) => Buffer.from(chunk)));
    this.#copiedBytes += batch.endBytes;
    if (this.#copiedBytes >= pieceBytes) this.#owner.isFull(this);
  }

  /** Collects what was accepted so far. */
  flush(): void {
    this.#group.flush();
  }

  /** What was collected since the last call; null for nothing. */
  take(): Uint8Array<ArrayBuffer> | null {
    if (this.#copiedBytes === 0) return null;
    const bytes = new Uint8Array(this.#copiedBytes);
    let at = 0;
    for (const copy of this.#copies) {
      bytes.set(copy, at);
      at += copy.length;
    }
    this.#copies = [];
    this.#copiedBytes = 0;
    return bytes;
  }

  /** Between which times of receipt messages were left out since the last call; null for none. */
  takeLoss(): { readonly fromUs: number; readonly toUs: number } | null {
    if (this.#lostFromUs === null) return null;
    const loss = { fromUs: this.#lostFromUs, toUs: this.#lostToUs };
    this.#lostFromUs = null;
    return loss;
  }

  /** It gets nothing more. */
  close(): void {
    const { namespace, pattern } = this;
    namespace.removeInterest({ namespace: namespace.name, pattern, prefixes: allTopics }, this.#group);
    this.#group.leave(this);
  }

  #lose(batch: Batch): void {
    this.#lostFromUs ??= batch.readAtUs;
    this.#lostToUs = this.#clock.nowUs;
    this.#owner.lost(this, batch.messageCount);
  }
}
