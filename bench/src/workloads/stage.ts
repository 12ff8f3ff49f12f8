import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { GeneratorProcess } from '../load/generator-process.js';
import type { Job, PublishJob, SubscribeJob } from '../load/job.js';
import type { Peer, RunningPeer } from '../peers/peer.js';

/** Nothing has arrived for so long: nothing will. */
const quietMs = 400;

type Defaults = 'kind' | 'wire' | 'address';

/** A peer that runs, and the generators around it. All of them end with the run, however it ends. */
export class Stage {
  readonly peer: Peer;
  readonly running: RunningPeer;
  readonly #generators: GeneratorProcess[] = [];

  private constructor(peer: Peer, running: RunningPeer) {
    this.peer = peer;
    this.running = running;
  }

  static async run<Result>(peer: Peer, play: (stage: Stage) => Promise<Result>): Promise<Result> {
    const stage = new Stage(peer, await peer.start());
    try {
      return await play(stage);
    } finally {
      for (const generator of stage.#generators) generator.end();
      await stage.running.stop();
    }
  }

  subscriber(job: Omit<SubscribeJob, Defaults>): Promise<GeneratorProcess> {
    return this.generator({ kind: 'subscribe', ...this.#onWire, ...job });
  }

  /** Flat out. */
  publisher(job: Pick<PublishJob, 'topics' | 'payloadBytes' | 'linkCount' | 'windowCount'>): Promise<GeneratorProcess> {
    return this.generator({ kind: 'publish', ...this.#onWire, schedule: null, isStamped: false, ...job });
  }

  /** Each message when it is due. */
  timedPublisher(
    job: Pick<PublishJob, 'topics' | 'payloadBytes' | 'schedule' | 'isStamped'>,
  ): Promise<GeneratorProcess> {
    return this.generator({ kind: 'publish', ...this.#onWire, linkCount: 1, windowCount: 0, ...job });
  }

  async generator(job: Job): Promise<GeneratorProcess> {
    const generator = await GeneratorProcess.start(job);
    this.#generators.push(generator);
    return generator;
  }

  get #onWire(): Pick<SubscribeJob, 'wire' | 'address'> {
    return { wire: this.peer.wire, address: this.running.address };
  }

  /** CPU time of the peer so far, all its threads, seconds (proc(5): utime and stime in hundredths of a second). */
  cpuSeconds(): number {
    if (this.running.pid === 0) return Number.NaN;
    const fields = readFileSync(`/proc/${this.running.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }
}

export { pause };

/** Waits until nothing arrives any more; the deliveries in all. */
export async function drained(subscriber: GeneratorProcess): Promise<number> {
  for (let last = -1; ; ) {
    const { count } = await subscriber.counts();
    if (count === last) return count;
    last = count;
    await pause(quietMs);
  }
}
