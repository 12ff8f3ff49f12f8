import { RoleLevel } from '@pulsemq/protocol';
import { type Interest, type InterestSet, interestSet, joinedSets } from '../../route/interest.js';
import type { NamespaceTable } from '../../route/namespace-table.js';
import { allTopics, PrefixSet } from '../../route/prefix-set.js';
import type { User } from '../auth/user.js';
import type { Lane } from '../lane.js';
import type { Session } from '../session.js';
import type { SessionTable } from '../session-table.js';
import type { PlacedConnection } from './placed-connection.js';

/**
 * What subscriber connections may have now: what they asked for, as far as rights allow. Make one for each round of placing: it finds the union
 * of the sessions of an address once, for all legacy connections there.
 */
export class EntitledInterests {
  readonly #namespaces: NamespaceTable;
  readonly #sessions: SessionTable;
  readonly #unions = new Map<string, readonly Interest[]>();

  constructor(namespaces: NamespaceTable, sessions: SessionTable) {
    this.#namespaces = namespaces;
    this.#sessions = sessions;
  }

  of({ plainUser, lane, isLegacy, prefixes, address }: PlacedConnection): InterestSet {
    if (plainUser !== null) return interestSet(ofPlainUser(prefixes, plainUser, this.#namespaces));
    if (lane !== null) return interestSet(ofLane(lane, this.#namespaces));
    return isLegacy ? this.#ofAddress(prefixes, address) : nothing;
  }

  /** For the prefixes in each namespace, the union of what live sessions of the same address have asked for there. */
  #ofAddress(prefixes: ReadonlySet<string>, address: string): InterestSet {
    const sets: InterestSet[] = [];
    for (const [namespace, topicPrefixes] of byNamespace(prefixes)) {
      const set = topicPrefixes.includes('') ? allTopics : new PrefixSet(topicPrefixes);
      const union = this.#union(address, namespace);
      if (union.length > 0) sets.push(interestSet(union.map((interest) => ({ ...interest, prefixes: set }))));
    }
    return sets.length === 0 ? nothing : joinedSets(sets);
  }

  #union(address: string, namespace: string): readonly Interest[] {
    const key = `${address} ${namespace}`;
    let union = this.#unions.get(key);
    if (union === undefined) {
      const byPattern = new Map<string, Interest>();
      for (const session of this.#sessions.ofAddress(address)) {
        for (const interest of ofSession(session, this.#namespaces)) {
          if (interest.namespace === namespace) byPattern.set(interest.pattern, interest);
        }
      }
      union = [...byPattern.values()];
      this.#unions.set(key, union);
    }
    return union;
  }
}

const nothing: InterestSet = { key: '', interests: [] };

/** The subscriptions of a session that its user still has the right to. */
export function* ofSession(session: Session, namespaces: NamespaceTable): Generator<Interest> {
  for (const lane of session.lanes()) yield* ofLane(lane, namespaces);
}

/** The subscriptions of a lane that its user still has the right to, without those that are still in the past. */
export function* ofLane(lane: Lane<Session>, namespaces: NamespaceTable): Generator<Interest> {
  const { user } = lane.session;
  for (const interest of lane.subscriptions()) {
    if (!interest.isLive) continue;
    const namespace = namespaces.of(interest.namespace);
    if (namespace !== undefined && user.levelIn(namespace) >= RoleLevel.sub) yield interest;
  }
}

/** Prefixes of topics by namespace; those without a colon are left out. */
function byNamespace(prefixes: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const text of prefixes) {
    const colon = text.indexOf(':');
    if (colon <= 0) continue;
    const namespace = text.slice(0, colon);
    const prefix = text.slice(colon + 1);
    const list = found.get(namespace);
    if (list === undefined) found.set(namespace, [prefix]);
    else list.push(prefix);
  }
  return found;
}

/** Plain prefixes in every namespace that the user may read. */
function* ofPlainUser(prefixes: ReadonlySet<string>, user: User, namespaces: NamespaceTable): Generator<Interest> {
  const withTopic = byNamespace(prefixes);
  const withoutColon = [...prefixes].filter((text) => !text.includes(':'));
  for (const namespace of namespaces.all()) {
    if (user.levelIn(namespace) < RoleLevel.sub) continue;
    const topicPrefixes = withTopic.get(namespace.name) ?? [];
    // Without a colon the text is the beginning of the namespace's name, and every topic of it matches.
    const isWhole = withoutColon.some((text) => `${namespace.name}:`.startsWith(text));
    if (topicPrefixes.length === 0 && !isWhole) continue;
    yield {
      namespace: namespace.name,
      pattern: '>',
      prefixes: isWhole || topicPrefixes.includes('') ? allTopics : new PrefixSet(topicPrefixes),
    };
  }
}
