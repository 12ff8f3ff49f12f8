/** A route, as far as this table needs it. */
export interface PeerRoute {
  readonly topic: string;
  readonly epoch: number;
  readonly receivedAtUs: number;
}

/** The routes of one namespace whose messages come from other brokers, by topic. A topic has one for each broker that sends it. */
export class PeerRoutes<Route extends PeerRoute> {
  readonly #byTopic = new Map<string, Route[]>();

  of(topic: string): readonly Route[] {
    return this.#byTopic.get(topic) ?? [];
  }

  *all(): Generator<Route> {
    for (const routes of this.#byTopic.values()) yield* routes;
  }

  add(route: Route): void {
    const routes = this.#byTopic.get(route.topic);
    if (routes === undefined) this.#byTopic.set(route.topic, [route]);
    else routes.push(route);
  }

  /** False when it is not there. */
  remove(route: Route): boolean {
    const routes = this.#byTopic.get(route.topic);
    const at = routes?.indexOf(route) ?? -1;
    if (routes === undefined || at < 0) return false;
    routes.splice(at, 1);
    if (routes.length === 0) this.#byTopic.delete(route.topic);
    return true;
  }

  /** The route of a topic with the newest message. `own` is that of this broker's publishers. */
  newest(topic: string, own: Route | undefined): Route | undefined {
    let newest = own;
    for (const route of this.of(topic)) if (newest === undefined || isNewer(route, newest)) newest = route;
    return newest;
  }
}

/** Every broker decides alike: by the time of receipt, then by the epoch. */
function isNewer(one: PeerRoute, other: PeerRoute): boolean {
  if (one.receivedAtUs !== other.receivedAtUs) return one.receivedAtUs > other.receivedAtUs;
  return one.epoch > other.epoch;
}
