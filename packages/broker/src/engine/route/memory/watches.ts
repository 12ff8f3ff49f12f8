import type { Clock } from '../../clock.js';
import type { Namespace } from '../namespace.js';
import type { Route } from '../route.js';

/** How long the last value of a topic is kept after an operator asked for it. Copying each message costs, so a look must not last for ever. */
export const watchMs = 600_000;

/** What the last values belong to. */
export interface ValueOwner {
  /** Gives back the last value of a topic. */
  forgetValue(route: Route): void;
}

/** Topics whose last value is kept only because an operator looks at them. */
export class Watches {
  readonly #values: ValueOwner;
  readonly #clock: Clock;
  /** Namespaces with watched topics. */
  readonly #namespaces = new Set<Namespace>();

  constructor(values: ValueOwner, clock: Clock) {
    this.#values = values;
    this.#clock = clock;
  }

  /** Keeps the last value of a topic from now on, also of one without a message yet. Each call begins the time anew. */
  watch(namespace: Namespace, topic: string): void {
    namespace.watch(topic, this.#clock.steadyMs + watchMs);
    this.#namespaces.add(namespace);
  }

  /** Ends watches whose time is over and gives their values back. Call now and then. */
  sweep(): void {
    for (const namespace of this.#namespaces) {
      const { ended, isEmpty } = namespace.endWatches(this.#clock.steadyMs);
      for (const route of ended) if (!route.keepsLastValue) this.#values.forgetValue(route);
      if (isEmpty) this.#namespaces.delete(namespace);
    }
  }
}
