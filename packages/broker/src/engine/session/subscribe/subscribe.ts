import { checkNamespace, checkPattern, RoleLevel, WireError } from '@pulsemq/protocol';
import type { LimitName } from '../../../port-limits.js';
import { levelIn } from '../auth/level-in.js';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import { type Refusal, refusal } from '../wire/refusal.js';
import { shownText } from '../wire/wire-text.js';
import { checkOptions } from './options.js';

/** Messages published to an empty namespace arrive in "default"; a 0.3.0 client that subscribes to the empty one gets nothing. */
const emptyNamespace =
  'namespace is empty: messages published to an empty namespace arrive in "default", subscribe to that';

/** SUB: checks names, options, right and number, and marks the session, so that the subscription is live before the reply leaves. */
export function subscribe(
  core: EngineCore,
  session: Session,
  namespace: string,
  pattern: string,
  options: string | undefined,
): Refusal | undefined {
  if (namespace === '') return refusal(WireError.badName, emptyNamespace);
  const reason = checkNamespace(namespace) ?? checkPattern(pattern);
  if (reason !== undefined) return refusal(WireError.badName, reason);
  const badOption = checkOptions(options);
  if (badOption !== undefined) return badOption;
  if (levelIn(session.user, core.namespaces, namespace) < RoleLevel.sub) return refuseRight(core, session, namespace);
  if (session.has(namespace, pattern)) return undefined;
  const reached = limitReached(core, session, namespace);
  if (reached !== undefined) return reached;
  core.namespaces.ofOrNew(namespace);
  session.subscribe(namespace, pattern);
  core.sessions.subscriptionCount++;
  core.placement.markSession(session);
  return undefined;
}

/** UNSUB: always succeeds, also for what was never subscribed to. */
export function unsubscribe(core: EngineCore, session: Session, namespace: string, pattern: string): void {
  if (session.unsubscribe(namespace, pattern)) core.sessions.subscriptionCount--;
  core.placement.markSession(session);
}

function limitReached(core: EngineCore, session: Session, namespace: string): Refusal | undefined {
  const { config, sessions, namespaces } = core;
  const perSession = config.maxSubscriptionsPerConnection;
  const { subscriptionCount, namespaceCount } = config.limits;
  if (session.subscriptionCount >= perSession) {
    const text = `subscription limit reached: this session has ${perSession} subscriptions (limits.max_subscriptions_per_conn)`;
    return refuseLimit(core, session, 'subscriptionsPerSession', text);
  }
  if (sessions.subscriptionCount >= subscriptionCount) {
    const text = `subscription limit reached: all sessions have ${subscriptionCount} subscriptions (limits.max_subscriptions)`;
    return refuseLimit(core, session, 'subscriptions', text);
  }
  if (namespaces.of(namespace) === undefined && namespaces.count >= namespaceCount) {
    const text = `there are ${namespaceCount} namespaces, the limit (limits.max_namespaces)`;
    return refuseLimit(core, session, 'namespaces', text);
  }
  return undefined;
}

function refuseLimit(core: EngineCore, session: Session, limit: LimitName, text: string): Refusal {
  core.limitReport.hit(limit, session.connection.address, () => `${text}; ${session.user.name} wanted one more`);
  return refusal(WireError.limitReached, text);
}

function refuseRight(core: EngineCore, session: Session, namespace: string): Refusal {
  core.counters.permissionDeniedCount++;
  const text = `permission denied: ${shownText(session.user.name)} may not subscribe in namespace ${shownText(namespace)}`;
  core.incident('permissionDenied', session.connection.address, text);
  return refusal(WireError.permissionDenied, text);
}
