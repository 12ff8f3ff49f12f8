import type { Guard } from '../guard.js';
import type { EngineEvent } from '../port.js';
import type { EngineLifecycle } from './engine-lifecycle.js';
import type { EnginePrices } from './engine-prices.js';
import type { EngineQuestions } from './engine-questions.js';
import type { EngineTaps } from './engine-taps.js';
import { logIncident } from './logging/incident-line.js';
import type { Logger } from './logging/logging.js';
import type { Monitor } from './stats/monitor.js';
import type { TopicRegistrar } from './topic-registrar.js';

/** What takes the events of the engine. */
export interface EventReceivers {
  readonly guard: Guard;
  readonly monitor: Monitor;
  readonly engine: EngineLifecycle;
  readonly questions: EngineQuestions;
  readonly taps: EngineTaps;
  readonly prices: EnginePrices;
  readonly log: Logger;
  /** Null until the store is open. */
  readonly registrar: () => TopicRegistrar | null;
}

/** Passes an event of the engine on: first to the figures, which count every event, then to the part that waits for it. */
export function passOn(event: EngineEvent, to: EventReceivers): void {
  to.guard.run(`the figures of the event ${event.kind}`, () => to.monitor.onEvent(event));
  to.guard.run(`the event ${event.kind}`, () => handle(event, to));
}

function handle(event: EngineEvent, { engine, questions, taps, prices, log, registrar }: EventReceivers): void {
  switch (event.kind) {
    case 'listening':
      return engine.onListening(event);
    case 'failed':
      return engine.onFailure(event);
    case 'stopped':
      return engine.onStopped();
    case 'topicSeen':
      return registrar()?.seen(event);
    case 'incident':
      return logIncident(log, event);
    case 'clusterNews':
      log[event.isTrouble ? 'warn' : 'info'](event.text);
      return;
    case 'answer':
      return questions.onAnswer(event);
    case 'tapped':
      return taps.onTapped(event);
    case 'prices':
      return prices.onPrices(event);
    case 'sessionOpened':
    case 'sessionClosed':
    case 'sessionTrail':
    case 'subscriberOpened':
    case 'subscriberClosed':
    case 'routeOpened':
    case 'counters':
    case 'report':
    case 'topicStatuses':
      // The figures have taken it.
      return;
    default:
      event satisfies never;
  }
}
