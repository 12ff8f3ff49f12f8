import type { Bars } from '@pulsemq/protocol';
import type { Namespace } from '../route/namespace.js';

/** The bar rules of all namespaces. Says when those of one have changed: all rights are sent again every minute. */
export class BarRules {
  /** Null: it has none. */
  onChange: (namespace: Namespace, bars: Bars | null) => void = () => {};
  readonly #texts = new Map<Namespace, string>();

  set(namespace: Namespace, bars: Bars | null): void {
    const isEmpty = bars === null || bars.rules.length === 0;
    const text = isEmpty ? '' : JSON.stringify(bars);
    if ((this.#texts.get(namespace) ?? '') === text) return;
    if (isEmpty) this.#texts.delete(namespace);
    else this.#texts.set(namespace, text);
    this.onChange(namespace, isEmpty ? null : bars);
  }
}
