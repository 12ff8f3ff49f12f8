import type { Bars } from '@pulsemq/protocol';
import { type BarFigures, newBarFigures } from '../../bars/bar-figures.js';
import type { BarRuleSpec } from '../../bars/bar-times.js';
import type { BarEvent } from '../../bars/thread-messages.js';
import type { BarCounters } from '../../port-bars.js';
import type { Namespace } from '../route/namespace.js';
import type { EngineCore } from '../session/core.js';
import { BarLink, type StartBarThread, startBarThread } from './bar-link.js';
import { BarPublisher } from './bar-publisher.js';
import { BarSource, type SourceOwner } from './bar-source.js';

/** How often collected messages go to the thread, and bars that are due come back. */
const roundMs = 100;
/** Bytes of messages that wait for the thread. What comes past that is left out, and its bars say so. */
const backlogMaxBytes = 67_108_864;
/** Time after which a thread that has failed is started again. */
const restartMs = 1_000;
/** How long the end of the broker waits for the last bars. */
const stopWaitMs = 500;

/** What a test may set otherwise. */
export interface BarHostOptions {
  readonly startThread?: StartBarThread;
  readonly backlogBytes?: number;
}

/**
 * The bars of an engine: sources collect messages, a thread makes bars of them, a publisher publishes these. Without a rule there is no thread, no timer
 * and no group, and no message takes a step more.
 */
export class BarHost implements SourceOwner {
  readonly #core: EngineCore;
  readonly #startThread: StartBarThread;
  readonly #backlogBytes: number;
  readonly #publisher: BarPublisher;
  /** By namespace, then by pattern. */
  readonly #sources = new Map<Namespace, Map<string, BarSource>>();
  #figures: BarFigures = newBarFigures(0);
  #link: BarLink | null = null;
  #timer: NodeJS.Timeout | null = null;
  #restart: NodeJS.Timeout | null = null;
  #nextId = 1;
  #sentLimit = 0;
  #lostCount = 0;
  /** Bytes that sources have collected and the thread does not have yet. */
  #collectedBytes = 0;
  #onReached: ((nowUs: number) => void) | null = null;

  constructor(core: EngineCore, { startThread = startBarThread, backlogBytes = backlogMaxBytes }: BarHostOptions = {}) {
    this.#core = core;
    this.#startThread = startThread;
    this.#backlogBytes = backlogBytes;
    this.#publisher = new BarPublisher(core);
    core.barRules.onChange = (namespace, bars) => this.#setRules(namespace, bars);
  }

  /** Null before the first rule. */
  get counters(): BarCounters | null {
    if (this.#nextId === 1) return null;
    const { openMaxCount: _, ...figures } = this.#figures;
    const { publishedCount, refusedCount } = this.#publisher;
    return { ...figures, publishedCount, refusedCount, lostCount: this.#lostCount, waitingBytes: this.#waitingBytes };
  }

  reserve(bytes: number): boolean {
    if (this.#link === null || this.#waitingBytes + bytes > this.#backlogBytes) return false;
    this.#collectedBytes += bytes;
    return true;
  }

  lost({ namespace }: BarSource, messageCount: number): void {
    this.#lostCount += messageCount;
    this.#core.limitReport.hit('barBacklog', '', () => {
      const limit = `${this.#backlogBytes} bytes of messages wait to be decoded for bars, the limit`;
      return `${limit}; bars of namespace "${namespace.name}" lack prices and say so (isComplete false)`;
    });
  }

  isFull(source: BarSource): void {
    this.#send(source);
  }

  /** Publishes the bars that have ended, within a short time, and ends the thread. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#restart !== null) clearTimeout(this.#restart);
    const link = this.#link;
    if (link === null) return;
    const untilMs = performance.now() + stopWaitMs;
    await this.#reached(untilMs);
    while (this.#publisher.waitingCount > 0 && performance.now() < untilMs) await nextTurn();
    this.#link = null;
    for (const sources of this.#sources.values()) for (const source of sources.values()) source.close();
    await link.close();
  }

  get #waitingBytes(): number {
    return this.#collectedBytes + (this.#link?.sentBytes ?? 0);
  }

  #setRules(namespace: Namespace, bars: Bars | null): void {
    const wanted = specsByPattern(bars);
    const sources = this.#sources.get(namespace) ?? new Map<string, BarSource>();
    for (const [pattern, source] of sources) if (!wanted.has(pattern)) this.#close(source, sources);
    for (const [pattern, rules] of wanted) {
      const source = sources.get(pattern) ?? this.#open(namespace, pattern, sources);
      source.rules = rules;
      this.#sendRules(source);
    }
    if (sources.size > 0) this.#sources.set(namespace, sources);
    else this.#sources.delete(namespace);
    if (this.#sources.size === 0) this.#sleep();
  }

  #open(namespace: Namespace, pattern: string, sources: Map<string, BarSource>): BarSource {
    this.#wake();
    const source = new BarSource(this.#nextId++, namespace, pattern, this.#core.fanOut, this);
    sources.set(pattern, source);
    return source;
  }

  #close(source: BarSource, sources: Map<string, BarSource>): void {
    source.close();
    this.#collectedBytes -= source.take()?.length ?? 0;
    sources.delete(source.pattern);
    const { id, namespace } = source;
    this.#link?.send({ kind: 'rules', source: id, namespace: namespace.name, rules: [], sinceUs: 0 });
  }

  #sendRules(source: BarSource): void {
    const { id, namespace, rules } = source;
    this.#core.clock.tick();
    const sinceUs = this.#core.clock.nowUs;
    this.#send(source);
    this.#link?.send({ kind: 'rules', source: id, namespace: namespace.name, rules, sinceUs });
  }

  #wake(): void {
    this.#link ??= this.#openLink();
    this.#timer ??= setInterval(() => this.#core.guard.run('a round of bars', () => this.#round()), roundMs);
  }

  /** The last rule has gone. */
  #sleep(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    void this.#link?.close();
    this.#link = null;
    this.#figures = { ...this.#figures, openCount: 0 };
  }

  #openLink(): BarLink {
    const openMaxCount = this.#core.config.limits.openBarCount;
    this.#sentLimit = openMaxCount;
    const failed = (error: Error): void => this.#failed(error);
    const event = (event: BarEvent): void => this.#core.guard.run('an answer about bars', () => this.#onEvent(event));
    return new BarLink({ openMaxCount }, { event, failed }, this.#startThread);
  }

  /** Bars that were open are gone: those of the next thread say that they lack prices. */
  #failed(error: Error): void {
    this.#core.guard.caught('the thread of the bars', error);
    this.#link = null;
    this.#restart = setTimeout(() => {
      if (this.#sources.size === 0) return;
      this.#link ??= this.#openLink();
      for (const sources of this.#sources.values()) for (const source of sources.values()) this.#sendRules(source);
    }, restartMs);
  }

  /** Sends what was collected, and until when that is everything. */
  #round(): void {
    const link = this.#link;
    if (link === null) return;
    for (const sources of this.#sources.values()) {
      for (const source of sources.values()) {
        source.flush();
        this.#send(source);
      }
    }
    const { openBarCount } = this.#core.config.limits;
    if (openBarCount !== this.#sentLimit) link.send({ kind: 'limit', openMaxCount: openBarCount });
    this.#sentLimit = openBarCount;
    this.#core.clock.tick();
    link.send({ kind: 'until', nowUs: this.#core.clock.nowUs });
  }

  #send(source: BarSource): void {
    const loss = source.takeLoss();
    if (loss !== null) this.#link?.send({ kind: 'lost', source: source.id, ...loss });
    const deliveries = source.take();
    if (deliveries === null) return;
    this.#collectedBytes -= deliveries.length;
    this.#link?.sendDeliveries(source.id, deliveries);
  }

  #onEvent(event: BarEvent): void {
    switch (event.kind) {
      case 'bars':
        return this.#publisher.add(event.bars);
      case 'taken':
        return;
      case 'reached':
        this.#reportLimit(event.figures);
        this.#figures = event.figures;
        return this.#onReached?.(event.nowUs);
      default:
        event satisfies never;
    }
  }

  #reportLimit({ overLimitCount, openMaxCount }: BarFigures): void {
    if (overLimitCount === this.#figures.overLimitCount) return;
    this.#core.limitReport.hit('openBars', '', () => {
      return `${openMaxCount} bars are open, the limit (limits.max_open_bars); further bars are left out`;
    });
  }

  /** Resolves when the thread has made the bars of everything that was received before now, or when the time is over. */
  #reached(untilMs: number): Promise<void> {
    this.#round();
    const { nowUs } = this.#core.clock;
    return new Promise((resolve) => {
      const timeout = setTimeout(resolve, untilMs - performance.now());
      this.#onReached = (reachedUs) => {
        if (reachedUs < nowUs) return;
        clearTimeout(timeout);
        resolve();
      };
    });
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The rules by their sources, each with its calendar. */
function specsByPattern(bars: Bars | null): Map<string, BarRuleSpec[]> {
  const specs = new Map<string, BarRuleSpec[]>();
  for (const rule of bars?.rules ?? []) {
    const hours = rule.calendar === null ? null : (bars!.calendars[rule.calendar] ?? null);
    const list = specs.get(rule.source) ?? [];
    specs.set(rule.source, list);
    list.push({ ...rule, hours, key: JSON.stringify([rule, hours]) });
  }
  return specs;
}
