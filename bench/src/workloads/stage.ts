import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { GeneratorProcess } from '../load/generator-process.js';
import type { Job, PublishJob, SubscribeJob } from '../load/job.js';
import type { Peer, RunningPeer } from '../peers/peer.js';

/** No delivery within this time means that none will come. Shorter is wrong: a busy peer may pause for a second. */
const silenceMs = 2_000;
const lookMs = 50;

type Defaults = 'kind' | 'wire' | 'address';

/** One run: a started peer and the generators around it. All processes end with the run, also when it fails. */
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

  /** Publishes flat out. */
  publisher(job: Pick<PublishJob, 'topics' | 'payloadBytes' | 'linkCount' | 'windowCount'>): Promise<GeneratorProcess> {
    return this.generator({
      kind: 'publish',
      ...this.#onWire,
      schedule: null,
      isStamped: false,
      ...job,
    });
  }

  /** Publishes each message at the moment it is due. */
  timedPublisher(
    job: Pick<PublishJob, 'topics' | 'payloadBytes' | 'schedule' | 'isStamped'> & Partial<PublishJob>,
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

  /**
   * CPU time of all threads of the peer since its start, in seconds; NaN without a process. proc(5): utime and stime, in hundredths
   * of a second.
   */
  cpuSeconds(): number {
    if (this.running.pid === 0) return Number.NaN;
    const fields = readFileSync(`/proc/${this.running.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }
}

export { pause };

/** Waits until every published message has arrived or deliveries have stopped. Resolves with the number of missing ones. */
export async function lostCount(
  reader: GeneratorProcess,
  publishers: readonly GeneratorProcess[],
  receiversOfEach = 1,
): Promise<number> {
  let lastCount = -1;
  for (let silentMs = 0; ; silentMs += lookMs) {
    const sent = await Promise.all(publishers.map((publisher) => publisher.counts()));
    const sentTotal = sent.reduce((sum, { count, more }) => sum + (more.sentCount ?? count), 0);
    const { count } = await reader.counts();
    const lost = sentTotal * receiversOfEach - count;
    if (lost <= 0 || silentMs >= silenceMs) return Math.max(0, lost);
    if (count !== lastCount) silentMs = 0;
    lastCount = count;
    await pause(lookMs);
  }
}
