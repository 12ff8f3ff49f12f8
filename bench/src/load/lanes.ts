import { MessageType } from '@pulsemq/protocol';
import { LaneConnection, typeOf } from '../market/wire/lane-connection.js';
import { MarketSession, sub } from '../market/wire/market-session.js';
import type { MessageView } from '../market/wire/message-walker.js';
import { countRaw } from '../wire/web-socket.js';
import { DelayRecord } from './delay-record.js';
import type { LanesJob, Latency, Worker } from './job.js';

/** Lanes that connect at the same time. */
const atOnceCount = 20;
/** The frame of a delivery that has its payload. */
const payloadFrame = 5;

/** When a lane last got something, and how long it ever waited since the last reset; milliseconds of the monotonic clock. */
interface Silence {
  lastMs: number;
  longestMs: number;
}

/** Sessions with one lane each, as browsers open them. They count bytes, or record the delay of each message. */
export class Lanes implements Worker {
  count = 0;
  #bytes = 0;
  #endedCount = 0;
  #lastDelayMs = 0;
  readonly #job: LanesJob;
  readonly #delays = new DelayRecord();
  readonly #silences: Silence[] = [];
  readonly #sessions: MarketSession[] = [];
  readonly #connections: LaneConnection[] = [];

  private constructor(job: LanesJob) {
    this.#job = job;
  }

  /** Resolves when every lane has subscribed. */
  static async open(job: LanesJob): Promise<Lanes> {
    const lanes = new Lanes(job);
    for (let at = 0; at < job.laneCount; at += atOnceCount) {
      const count = Math.min(atOnceCount, job.laneCount - at);
      await Promise.all(Array.from({ length: count }, () => lanes.#openLane()));
    }
    return lanes;
  }

  /** Bytes of all lanes, frames included where they are counted; lanes that the broker closed; the longest wait; the delay of the last message. */
  get more(): Record<string, number> {
    const nowMs = performance.now();
    const longestSilenceMs = this.#silences.reduce(
      (most, { lastMs, longestMs }) => Math.max(most, longestMs, nowMs - lastMs),
      0,
    );
    return { bytes: this.#bytes, endedCount: this.#endedCount, longestSilenceMs, lastDelayMs: this.#lastDelayMs };
  }

  latency(): Latency {
    return this.#delays.figures();
  }

  /** Starts new records of delays and waits. The counts continue. */
  reset(): void {
    this.#delays.reset();
    const lastMs = performance.now();
    for (const silence of this.#silences) Object.assign(silence, { lastMs, longestMs: 0 });
  }

  stop(): void {
    for (const session of this.#sessions) session.close();
    for (const { socket } of this.#connections) socket.destroy();
  }

  async #openLane(): Promise<void> {
    const { address, pattern, options, measuresLatency } = this.#job;
    const session = await MarketSession.open(address);
    const silence = { lastMs: performance.now(), longestMs: 0 };
    const connection = await LaneConnection.open(address, session.ticket, 0, (message, arrivedNs) =>
      this.#onMessage(message, arrivedNs, silence),
    );
    await session.requestAll([sub(pattern, 0, options)]);
    connection.socket.once('close', () => this.#endedCount++);
    if (!measuresLatency) countRaw(connection.socket, (bytes) => this.#onBytes(bytes, silence));
    this.#sessions.push(session);
    this.#connections.push(connection);
    this.#silences.push(silence);
  }

  #onBytes(bytes: number, silence: Silence): void {
    this.#bytes += bytes;
    const nowMs = performance.now();
    silence.longestMs = Math.max(silence.longestMs, nowMs - silence.lastMs);
    silence.lastMs = nowMs;
  }

  #onMessage(message: MessageView, arrivedNs: number, silence: Silence): void {
    if (typeOf(message) !== MessageType.pub) return;
    const { bytes, starts, ends } = message;
    const dueNs = bytes.readDoubleBE(starts[payloadFrame]!);
    this.count++;
    this.#lastDelayMs = (arrivedNs - dueNs) / 1e6;
    this.#delays.record(dueNs, arrivedNs);
    this.#onBytes(ends[payloadFrame]! - starts[0]!, silence);
  }
}
