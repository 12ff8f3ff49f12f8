import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import type { Emitter } from './events.js';
import type { HistorySource } from './history-channel.js';
import { Lane } from './lane.js';
import { defaultPolicy, isSamePolicy, type LanePolicy, policyText } from './lane-policy.js';
import type { Allocate } from './platform.js';
import type { Replay } from './replay.js';

/** Lanes of a session. */
const laneMaxCount = 8;

/** The lanes of a client. Lane 0 has the default policy, and each other policy that is in use has a lane of its own. */
export class Lanes {
  readonly #lanes: readonly Lane[];
  /** Lanes other than 0 that have a policy. */
  readonly #taken = new Set<Lane>();

  constructor(events: Emitter, allocate: Allocate, history: HistorySource) {
    this.#lanes = Array.from({ length: laneMaxCount }, (_, number) => new Lane(number, events, allocate, history));
  }

  [Symbol.iterator](): Iterator<Lane> {
    return this.#lanes.values();
  }

  /** The lane of this number, 0 to 7. */
  at(number: number): Lane {
    return this.#lanes[number]!;
  }

  /** The lane with this policy, or a free one. Throws a PulseMQError `PMQ_LIMIT_REACHED` if no lane is free. */
  of(policy: LanePolicy): Lane {
    if (isSamePolicy(policy, defaultPolicy)) return this.at(0);
    const known = [...this.#taken].find((lane) => lane.replay === null && isSamePolicy(lane.policy, policy));
    return known ?? this.#take(policy, policyText(policy));
  }

  /** A free lane for a replay alone. Throws a PulseMQError `PMQ_LIMIT_REACHED` if no lane is free. */
  forReplay(replay: Replay): Lane {
    const lane = this.#take(defaultPolicy, 'a replay');
    lane.replay = replay;
    return lane;
  }

  #take(policy: LanePolicy, use: string): Lane {
    const free = this.#lanes.find((lane) => lane.number > 0 && !this.#taken.has(lane));
    if (free === undefined) throw this.#tooMany(use);
    free.policy = policy;
    this.#taken.add(free);
    return free;
  }

  /** The broker has ended a subscription of the lane. After the last one the lane can get another policy. */
  release(lane: Lane): void {
    if (!lane.isFree) return;
    this.#taken.delete(lane);
    lane.replay = null;
  }

  #tooMany(use: string): PulseMQError {
    const used = [...this.#taken]
      .map(({ policy, replay }) => (replay === null ? policyText(policy) : 'a replay'))
      .join('; ');
    return new PulseMQError(
      ErrorCode.limitReached,
      `${use} would be delivery policy ${laneMaxCount + 1} of this client, the limit is ${laneMaxCount} with the default: ` +
        `in use are ${used}. Use one of these, close their subscriptions, or make another client`,
    );
  }
}
