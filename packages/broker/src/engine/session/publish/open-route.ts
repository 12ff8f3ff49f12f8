import type { Namespace } from '../../route/namespace.js';
import type { Route } from '../../route/route.js';
import type { EngineCore } from '../core.js';

/** The route of a topic, made if need be. Undefined when the namespace has as many topics as it may. */
export function openRoute(core: EngineCore, userId: number, namespace: Namespace, topic: string): Route | undefined {
  const route = namespace.route(topic);
  if (route !== undefined) return route;
  const isNew = !namespace.topics.has(topic);
  if (isNew && namespace.topics.size >= core.config.maxTopicsPerNamespace) return undefined;
  if (isNew || namespace.id === 0) core.emit({ kind: 'topicSeen', namespace: namespace.name, topic, userId });
  const { epochs } = core;
  const added = namespace.addRoute(epochs.nextRouteId(), topic, epochs.of(namespace.name, topic));
  core.emit({ kind: 'routeOpened', route: added.id, namespace: namespace.name, topic, epoch: added.epoch });
  return added;
}

/** Why no route could be made. */
export const topicLimitText = (core: EngineCore, namespace: string): string =>
  `namespace ${namespace} has ${core.config.maxTopicsPerNamespace} topics, the limit (limits.topics_per_namespace)`;
