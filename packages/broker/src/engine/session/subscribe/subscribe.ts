import { checkNamespace, checkPattern, RoleLevel, WireError } from '@pulsemq/protocol';
import type { LimitName } from '../../../port-limits.js';
import { levelIn } from '../auth/level-in.js';
import type { EngineCore } from '../core.js';
import { defaultPolicy, type Lane, type LanePolicy, waitingMarkerMaxCount } from '../lane.js';
import { replayRefusal } from '../replay/replay-refusal.js';
import type { Session } from '../session.js';
import { isRefusal, malformed, type Refusal, refusal } from '../wire/refusal.js';
import { shownText } from '../wire/wire-text.js';
import { parseSubOptions, parseUnsubOptions, type SubscriptionOptions } from './options.js';

/** Messages published to an empty namespace arrive in "default"; a 0.3.0 client that subscribes to the empty one gets nothing. */
const emptyNamespace =
  'namespace is empty: messages published to an empty namespace arrive in "default", subscribe to that';

/** SUB: checks names, options, right and number, and marks the lane, so that the subscription is live before the reply leaves. */
export function subscribe(
  core: EngineCore,
  session: Session,
  namespace: string,
  pattern: string,
  payload: string | undefined,
): Refusal | undefined {
  if (namespace === '') return refusal(WireError.badName, emptyNamespace);
  const reason = checkNamespace(namespace) ?? checkPattern(pattern, core.config.topicLevelCount);
  if (reason !== undefined) return refusal(WireError.badName, reason);
  const options = parseSubOptions(payload);
  if (isRefusal(options)) return options;
  if (levelIn(session.user, core.namespaces, namespace) < RoleLevel.sub) return refuseRight(core, session, namespace);
  const present = session.laneOf(options.lane);
  const refused = replayRefusal(core, session, present, { namespace, pattern, options });
  if (refused !== undefined) return refused;
  const policy = policyFor(core, present, namespace, options);
  if (isRefusal(policy)) return policy;
  if (options.snapshot && present !== undefined && !mayAskSnapshot(present)) {
    return refusal(
      WireError.limitReached,
      `snapshot refused: lane ${options.lane} does not read, and ${waitingMarkerMaxCount} messages of the broker wait for it; ask again when it has read them`,
    );
  }
  const known = present?.subscription(namespace, pattern);
  if (known === undefined) {
    const reached = limitReached(core, session, namespace);
    if (reached !== undefined) return reached;
    core.namespaces.ofOrNew(namespace);
    core.sessions.subscriptionCount++;
  }
  const lane = present ?? session.laneOrNew(options.lane);
  const { replay, request } = options;
  const wantsStatus = options.status || known?.wantsStatus === true;
  const subscription = lane.subscribe(namespace, pattern, policy, { wantsStatus, isReplay: replay !== undefined });
  if (options.status) core.statusFeed.add(lane, namespace, pattern, known?.wantsStatus === true);
  core.placement.markSession(session);
  if (options.snapshot) core.snapshots.request(lane, namespace, pattern, request);
  if (replay !== undefined) {
    core.replays.request(lane, core.namespaces.ofOrNew(namespace), subscription, { request, replay });
  }
  return undefined;
}

/** Ends of snapshots and pages of images that may wait for a lane: nothing drops them, so a lane that does not read must not ask for more. */
const mayAskSnapshot = ({ subscriber }: Lane): boolean =>
  subscriber === null || subscriber.subscriber.waitingMarkerCount < waitingMarkerMaxCount;

/** UNSUB: succeeds also for what was never subscribed to. */
export function unsubscribe(
  core: EngineCore,
  session: Session,
  namespace: string,
  pattern: string,
  payload: string | undefined,
): Refusal | undefined {
  const options = parseUnsubOptions(payload);
  if (isRefusal(options)) return options;
  const lane = session.laneOf(options.lane);
  const wantedStatus = lane?.subscription(namespace, pattern)?.wantsStatus === true;
  if (lane?.unsubscribe(namespace, pattern) !== true) return undefined;
  core.sessions.subscriptionCount--;
  core.snapshots.end(lane, namespace, pattern, 'unsubscribed');
  core.replays.end(lane, 'unsubscribed');
  if (wantedStatus) core.statusFeed.remove(lane, namespace, pattern);
  core.placement.markSession(session);
  return undefined;
}

/** The policy of the lane with this subscription: its own, or that of its first subscription. */
function policyFor(
  core: EngineCore,
  lane: Lane | undefined,
  namespace: string,
  { onSlow, maxRate, lane: index }: SubscriptionOptions,
): LanePolicy | Refusal {
  const isFree = lane === undefined || lane.subscriptionCount === 0;
  const present = isFree ? defaultPolicy : lane.policy;
  const wanted = { onSlow: onSlow ?? present.onSlow, maxRate: maxRate ?? present.maxRate };
  if (!isFree && (wanted.onSlow !== present.onSlow || wanted.maxRate !== present.maxRate)) {
    return malformed(
      `lane ${index} has onSlow ${present.onSlow} and maxRate ${present.maxRate ?? 'none'}, set by its first subscription; use another lane`,
    );
  }
  const needsValues = wanted.onSlow === 'conflate' || wanted.maxRate !== null;
  if (needsValues && core.namespaces.of(namespace)?.keepsLastValues !== true) {
    const option = wanted.onSlow === 'conflate' ? 'onSlow "conflate"' : 'maxRate';
    return malformed(
      `subscription option ${option} needs last values, which namespace ${shownText(namespace)} does not keep (keep_last_value)`,
    );
  }
  return wanted;
}

function limitReached(core: EngineCore, session: Session, namespace: string): Refusal | undefined {
  const { config, sessions, namespaces } = core;
  const perSession = config.maxSubscriptionsPerConnection;
  const { subscriptionCount, namespaceCount } = config.limits;
  if (session.subscriptionCount >= perSession) {
    const text = `subscription limit reached: this session has ${perSession} subscriptions (limits.max_subscriptions_per_session)`;
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
