import { WireError } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import { type Lane, waitingMarkerMaxCount } from '../lane.js';
import type { Session } from '../session.js';
import type { SubscriptionOptions } from '../subscribe/options.js';
import { malformed, type Refusal, refusal } from '../wire/refusal.js';
import { shownText } from '../wire/wire-text.js';

/** Why a SUB is refused that asks for a replay, or whose lane has one; undefined when it is not. The right was checked. */
export function replayRefusal(
  core: EngineCore,
  session: Session,
  lane: Lane<Session> | undefined,
  wanted: { readonly namespace: string; readonly pattern: string; readonly options: SubscriptionOptions },
): Refusal | undefined {
  const { namespace, pattern, options } = wanted;
  if (options.replay === undefined) {
    if (lane?.isReplay !== true) return undefined;
    return malformed(`lane ${options.lane} has a replay, which needs a lane of its own; use another lane`);
  }
  const other = otherOption(options);
  if (other !== undefined)
    return malformed(`subscription option replay does not go with ${other}; leave one of them out`);
  if (core.namespaces.of(namespace)?.log == null) {
    return malformed(
      `subscription option replay needs history, which namespace ${shownText(namespace)} does not keep (history)`,
    );
  }
  const hasOthers = lane !== undefined && lane.subscriptionCount > 0;
  if (hasOthers && !(lane.isReplay && lane.subscription(namespace, pattern) !== undefined)) {
    return malformed(`lane ${options.lane} has another subscription; a replay needs a lane of its own`);
  }
  return limitRefusal(core, session, lane);
}

/** An option that makes no sense with messages of the past. */
function otherOption({ onSlow, maxRate, snapshot, status }: SubscriptionOptions): string | undefined {
  if (onSlow === 'conflate') return 'onSlow "conflate"';
  if (maxRate !== undefined) return 'maxRate';
  if (snapshot) return 'snapshot';
  return status ? 'status' : undefined;
}

function limitRefusal(core: EngineCore, session: Session, lane: Lane<Session> | undefined): Refusal | undefined {
  const { replays, config } = core;
  const { replayCount, replaysPerUser } = config.limits;
  if ((lane?.subscriber?.subscriber.waitingMarkerCount ?? 0) >= waitingMarkerMaxCount) {
    const text = `replay refused: lane ${lane!.index} does not read, and ${waitingMarkerMaxCount} messages of the broker wait for it; ask again when it has read them`;
    return refusal(WireError.limitReached, text);
  }
  // A replay that replaces another one is not one more.
  if (lane !== undefined && replays.isRunning(lane)) return undefined;
  const { user, connection } = session;
  if (replays.countOf(user.id) >= replaysPerUser) {
    const text = `replay limit reached: ${user.name} has ${replaysPerUser} replays under way (limits.replays_per_user)`;
    core.limitReport.hit('replaysPerUser', connection.address, () => text);
    return refusal(WireError.limitReached, text);
  }
  if (replays.count >= replayCount) {
    const text = `replay limit reached: all users have ${replayCount} replays under way (limits.max_replays)`;
    core.limitReport.hit('replays', connection.address, () => `${text}; ${user.name} wanted one more`);
    return refusal(WireError.limitReached, text);
  }
  return undefined;
}
