import { checkNamespace, checkPattern, RoleLevel, WireError } from '@pulsemq/protocol';
import { parseObject } from '../auth/authenticator.js';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { Refusal } from '../wire/request-reader.js';
import { shownText } from '../wire/wire-text.js';

const refused = (code: number, text: string): Refusal => ({ code, text, silent: false });

/** What an empty namespace means to a publisher would be a subscription nobody can see: the reference filters on `:`. */
const emptyNamespace =
  'namespace is empty: messages published to an empty namespace arrive in "default", subscribe to that';

/** SUB: checks the names, the right and the number, and marks the session so that it is live before the reply leaves. */
export function subscribe(
  core: EngineCore,
  session: Session,
  namespace: string,
  pattern: string,
  options: string | undefined,
): Refusal | undefined {
  if (namespace === '') return refused(WireError.badName, emptyNamespace);
  const reason = checkNamespace(namespace) ?? checkPattern(pattern);
  if (reason !== undefined) return refused(WireError.badName, reason);
  const badOption = checkOptions(options);
  if (badOption !== undefined) return refused(WireError.malformed, badOption);
  if (levelFor(core, session, namespace) < RoleLevel.sub) return refuseRight(core, session, namespace);
  if (session.has(namespace, pattern)) return undefined;
  const limit = core.config.maxSubscriptionsPerConnection;
  if (session.subscriptionCount >= limit) {
    return refused(WireError.limitReached, `subscription limit reached: this session has ${limit} subscriptions`);
  }
  core.namespaces.ofOrNew(namespace);
  session.subscribe(namespace, pattern);
  core.keeper.markSession(session);
  return undefined;
}

/** UNSUB: always succeeds, also for what was never subscribed to. */
export function unsubscribe(core: EngineCore, session: Session, namespace: string, pattern: string): void {
  session.unsubscribe(namespace, pattern);
  core.keeper.markSession(session);
}

function levelFor(core: EngineCore, session: Session, name: string): number {
  const namespace = core.namespaces.of(name);
  if (namespace !== undefined) return session.user.levelIn(namespace);
  return session.user.hasAllRights ? RoleLevel.admin : RoleLevel.none;
}

function refuseRight(core: EngineCore, session: Session, namespace: string): Refusal {
  core.counters.permissionDeniedCount++;
  const text = `permission denied: ${shownText(session.user.name)} may not subscribe in namespace ${shownText(namespace)}`;
  core.incident('permissionDenied', session.connection.address, text);
  return refused(WireError.permissionDenied, text);
}

/** The payload of SUB is empty or a JSON object of options; what this broker cannot do is refused, not ignored. */
function checkOptions(payload: string | undefined): string | undefined {
  if (payload === '') return undefined;
  const options = parseObject(payload);
  if (options === undefined)
    return 'malformed message: the payload of SUB is neither empty nor a JSON object of options';
  for (const [key, value] of Object.entries(options)) {
    if (key === 'onSlow' && value === 'dropOldest') continue;
    if ((key === 'snapshot' || key === 'status') && value === false) continue;
    return `subscription option ${shownText(key)}: ${shownText(JSON.stringify(value))} is not supported by this broker`;
  }
  return undefined;
}
