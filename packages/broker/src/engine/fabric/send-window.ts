import type { Laggard, Laggards } from '../fanout/subscriber/laggards.js';

/** Without a word of the receiver for this time publishers do not wait for it. */
const wordTimeoutMs = 250;
/**
 * Bytes that may be on their way to one receiver from all senders together. A server of NATS closes a connection that is 64 MiB behind, and
 * slows no sender down.
 */
const receiverBytes = 48 * 1024 * 1024;
/** A sender among many may still have this much on its way. */
const leastBytes = 2 * 1024 * 1024;

/** A message on its way. */
interface Sent {
  readonly number: number;
  /** Bytes sent up to its end. */
  readonly totalBytes: number;
  readonly steadyMs: number;
}

/**
 * How many bytes are on their way to another broker. Past half of its window publishers wait, as for a subscriber that lags; past the window
 * nothing more is sent. One that has stopped saying what it has received holds up no publisher.
 */
export class SendWindow implements Laggard {
  sentBytes = 0;
  isPacing = false;
  /** It has not said for a while what it has received. */
  isLagging = false;
  /** Batches of others are not given up for it: what it sent is with the server already. */
  readonly queuedBytes = 0;
  readonly #laggards: Laggards;
  /** From the oldest on; those before `#first` have arrived or are lost. */
  #sent: Sent[] = [];
  #first = 0;
  #confirmedBytes = 0;
  #limitBytes = receiverBytes;
  /** The receiver says that subscribers of its own lag. */
  #peerLags = false;
  #wordMs = 0;

  constructor(laggards: Laggards) {
    this.#laggards = laggards;
  }

  giveUpForTotal(): boolean {
    return false;
  }

  get unconfirmedBytes(): number {
    return this.sentBytes - this.#confirmedBytes;
  }

  get isOverSoft(): boolean {
    return this.unconfirmedBytes * 2 > this.#limitBytes;
  }

  /** Shares the window of the receiver among its senders. */
  share(senderCount: number): void {
    this.#limitBytes = Math.max(leastBytes, Math.floor(receiverBytes / Math.max(1, senderCount)));
  }

  /** There is room for these bytes. */
  admits(bytes: number): boolean {
    return this.unconfirmedBytes === 0 || this.unconfirmedBytes + bytes <= this.#limitBytes;
  }

  /** Age of the oldest byte on its way. */
  lagMs(steadyMs: number): number {
    const oldest = this.#sent[this.#first];
    return oldest === undefined ? 0 : Math.max(0, steadyMs - oldest.steadyMs);
  }

  sent(number: number, bytes: number, steadyMs: number): void {
    if (this.#first === this.#sent.length) this.#wordMs = steadyMs;
    this.sentBytes += bytes;
    this.#sent.push({ number, totalBytes: this.sentBytes, steadyMs });
    this.review(steadyMs);
  }

  /** The receiver has got what was sent up to this number, or knows that it is lost. */
  confirmed(number: number, peerLags: boolean, steadyMs: number): void {
    this.#wordMs = steadyMs;
    this.#peerLags = peerLags;
    for (let one = this.#sent[this.#first]; one !== undefined && one.number <= number; one = this.#sent[this.#first]) {
      this.#confirmedBytes = one.totalBytes;
      this.#first++;
    }
    if (this.#first * 2 > this.#sent.length) {
      this.#sent = this.#sent.slice(this.#first);
      this.#first = 0;
    }
    this.review(steadyMs);
  }

  /** Decides whether publishers wait. Call it at intervals, too: silence causes no event. */
  review(steadyMs: number): void {
    const isSilent = steadyMs - this.#wordMs > wordTimeoutMs;
    this.isLagging = isSilent && this.unconfirmedBytes > 0;
    const needsPacing = !isSilent && (this.#peerLags || this.isOverSoft);
    if (needsPacing === this.isPacing) return;
    this.isPacing = needsPacing;
    this.#laggards.update(this, false, needsPacing);
  }

  close(): void {
    this.isPacing = false;
    this.#laggards.update(this, false, false);
  }
}
