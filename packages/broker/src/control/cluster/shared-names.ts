import type { BrokerFigures, ClusterFigures } from '../../port-cluster.js';

/**
 * Finds live brokers that share a name. A broker that starts again keeps its name, so the others take the second one for a new start of the first.
 * Readers then get a report of a loss that did not happen, and the figures of both brokers are mixed up.
 */
export class SharedNames {
  readonly #warn: (text: string) => void;
  #known: ReadonlySet<string> = new Set();

  /** `warn` gets a text when a name becomes shared. */
  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** The names that more than one live broker has. */
  find({ own, peers }: ClusterFigures): string[] {
    const byName = new Map<string, BrokerFigures[]>();
    for (const broker of [own, ...peers.filter(({ health }) => health === 'live').map(({ broker }) => broker)]) {
      byName.set(broker.name, [...(byName.get(broker.name) ?? []), broker]);
    }
    const shared = [...byName].filter(([, brokers]) => brokers.length > 1);
    for (const [name, brokers] of shared) if (!this.#known.has(name)) this.#warn(textOf(name, brokers));
    this.#known = new Set(shared.map(([name]) => name));
    return [...this.#known];
  }
}

function textOf(name: string, brokers: readonly BrokerFigures[]): string {
  const places = brokers.map(({ host, pubPort, id }) => `${host}:${pubPort} (${id})`).join(' and ');
  return `the brokers at ${places} have the same name, ${JSON.stringify(name)}, and readers may get gaps where nothing was lost: set cluster.broker_name to another name at all but one of them, and restart those`;
}
