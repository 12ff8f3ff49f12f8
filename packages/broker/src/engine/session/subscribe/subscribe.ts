import { checkNamespace, checkPattern, RoleLevel, WireError } from '@pulsemq/protocol';
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
  const limit = core.config.maxSubscriptionsPerConnection;
  if (session.subscriptionCount >= limit) {
    return refusal(WireError.limitReached, `subscription limit reached: this session has ${limit} subscriptions`);
  }
  core.namespaces.ofOrNew(namespace);
  session.subscribe(namespace, pattern);
  core.placement.markSession(session);
  return undefined;
}

/** UNSUB: always succeeds, also for what was never subscribed to. */
export function unsubscribe(core: EngineCore, session: Session, namespace: string, pattern: string): void {
  session.unsubscribe(namespace, pattern);
  core.placement.markSession(session);
}

function refuseRight(core: EngineCore, session: Session, namespace: string): Refusal {
  core.counters.permissionDeniedCount++;
  const text = `permission denied: ${shownText(session.user.name)} may not subscribe in namespace ${shownText(namespace)}`;
  core.incident('permissionDenied', session.connection.address, text);
  return refusal(WireError.permissionDenied, text);
}
