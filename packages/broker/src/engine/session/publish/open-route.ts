import { brokerUserId } from '../../../port-bars.js';
import type { LimitName } from '../../../port-limits.js';
import { beginEpoch } from '../../route/memory/journal-host.js';
import type { Namespace } from '../../route/namespace.js';
import type { Route } from '../../route/route.js';
import type { EngineCore } from '../core.js';

/** Why no route could be made: the limit that was reached. */
export interface LimitReached {
  readonly limit: LimitName;
  readonly text: string;
}

export const isLimitReached = (outcome: object): outcome is LimitReached => 'limit' in outcome;

/** The route of a topic in a namespace by name, both made if need be, or the limit that stands in the way. */
export function openRoute(core: EngineCore, userId: number, name: string, topic: string): Route | LimitReached {
  const known = core.namespaces.of(name);
  const route = known?.route(topic);
  if (route !== undefined) return route.isRestored ? renewed(core, route) : route;
  const isNew = known?.topics.has(topic) !== true;
  const reached = isNew ? limitReached(core, userId, name, known) : undefined;
  if (reached !== undefined) return reached;
  const namespace = known ?? core.namespaces.ofOrNew(name);
  if (isNew || namespace.id === 0) core.emit({ kind: 'topicSeen', namespace: name, topic, userId });
  if (isNew) core.topicsMade.set(userId, (core.topicsMade.get(userId) ?? 0) + 1);
  const { epochs } = core;
  return opened(core, namespace.addRoute(epochs.nextRouteId(), topic, epochs.of(name, topic)));
}

/** Reports a route, and names it in the journal of its namespace. */
function opened(core: EngineCore, route: Route): Route {
  const { namespace, topic, id, epoch } = route;
  namespace.log?.name(route);
  core.emit({ kind: 'routeOpened', route: id, namespace: namespace.name, topic, epoch });
  return route;
}

function renewed(core: EngineCore, route: Route): Route {
  beginEpoch(route, core.epochs.of(route.namespace.name, route.topic), core.intake);
  return opened(core, route);
}

function limitReached(
  { config, namespaces, topicsMade }: EngineCore,
  userId: number,
  name: string,
  namespace: Namespace | undefined,
): LimitReached | undefined {
  const { namespaceCount, topicCount, topicsPerUser } = config.limits;
  if (namespace === undefined && namespaces.count >= namespaceCount) {
    return reached('namespaces', `there are ${namespaceCount} namespaces, the limit (limits.max_namespaces)`);
  }
  const inNamespace = config.maxTopicsPerNamespace;
  if (namespace !== undefined && namespace.topics.size >= inNamespace) {
    const text = `namespace "${name}" has ${inNamespace} topics, the limit (limits.topics_per_namespace)`;
    return reached('topicsPerNamespace', text);
  }
  if (namespaces.topicCount >= topicCount) {
    return reached('topics', `there are ${topicCount} topics, the limit (limits.max_topics)`);
  }
  if (userId !== brokerUserId && (topicsMade.get(userId) ?? 0) >= topicsPerUser) {
    const text = `this user has created ${topicsPerUser} topics since the start, the limit (limits.topics_per_user)`;
    return reached('topicsPerUser', text);
  }
  return undefined;
}

const reached = (limit: LimitName, text: string): LimitReached => ({ limit, text });
