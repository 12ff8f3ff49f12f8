import { checkTopic } from '@pulsemq/protocol';
import type { PackedBars } from '../../bars/bar-message.js';
import { brokerUserId } from '../../port-bars.js';
import { WorkQueue } from '../freshness/work-queue.js';
import type { Origin } from '../route/origin.js';
import type { EngineCore } from '../session/core.js';
import { isLimitReached, openRoute } from '../session/publish/open-route.js';
import { Located, locate, RequestSpan } from '../session/wire/message-locator.js';

/** Publishes the messages of bars, as the broker's own: a slice of a millisecond in a turn, since a minute ends for all topics at once. */
export class BarPublisher {
  publishedCount = 0;
  refusedCount = 0;
  readonly #core: EngineCore;
  readonly #queue: WorkQueue;
  readonly #span = new RequestSpan();
  /** The broker itself, which does not end before its topics do. */
  readonly #origin: Origin = {
    user: { id: brokerUserId },
    endedSteadyMs: null,
    takesOver: true,
    publishedCount: 0,
    publishedBytes: 0,
    hold: () => {},
    release: () => {},
  };
  #waitingCount = 0;

  constructor(core: EngineCore) {
    this.#core = core;
    this.#queue = new WorkQueue(core.guard, 'publishing bars');
  }

  /** Bars that are not published yet. */
  get waitingCount(): number {
    return this.#waitingCount;
  }

  /** Publishes these bars after those that came before. */
  add({ bytes, ends, names }: PackedBars): void {
    const buf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#waitingCount += ends.length;
    this.#queue.add(ends.keys(), (index) => {
      this.#waitingCount--;
      const [namespace, topic] = names[index]!;
      const problem = this.#publish(namespace, topic, () => this.#locate(buf, ends[index - 1] ?? 0, ends[index]!));
      if (problem === null) this.publishedCount++;
      else this.refusedCount++;
    });
  }

  /** Null, or why the bar was not published. */
  #publish(name: string, topic: string, message: () => RequestSpan): string | null {
    const { namespaces, config, clock, intake, limitReport } = this.#core;
    const namespace = namespaces.of(name);
    if (namespace === undefined || namespace.id === 0 || !namespace.isActive) return 'its namespace is gone';
    const problem = checkTopic(topic, config.topicLevelCount);
    if (problem !== undefined) {
      limitReport.hit('barTopics', '', () => `a bar of namespace "${name}" cannot be published: ${problem}`);
      return problem;
    }
    clock.tick();
    const route = openRoute(this.#core, brokerUserId, name, topic);
    if (isLimitReached(route)) {
      limitReport.hit(route.limit, '', () => `a bar cannot be published to ${name}:${topic}: ${route.text}`);
      return route.text;
    }
    intake.accept(route, message(), this.#origin);
    intake.endRead();
    return null;
  }

  #locate(buf: Buffer, start: number, end: number): RequestSpan {
    if (locate(buf, start, end, this.#span) !== Located.whole) throw new Error('the message of a bar is not whole');
    return this.#span;
  }
}
