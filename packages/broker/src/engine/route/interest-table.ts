import type { FanOut } from '../fanout/fan-out.js';
import type { GroupMember } from '../fanout/group-member.js';
import { InterestGroup } from '../fanout/interest-group.js';
import { PacedGroup } from '../fanout/paced-group.js';
import type { Interest, InterestSet } from './interest.js';
import type { NamespaceTable } from './namespace-table.js';

/** What takes note of interests that appear and go, such as what tells other brokers. */
export interface InterestListener {
  appeared(interest: Interest): void;
  gone(interest: Interest): void;
}

/** The group of each member, and the interests of each group. */
export class InterestTable {
  readonly #namespaces: NamespaceTable;
  readonly #fanOut: FanOut;
  readonly #groups = new Map<string, { readonly group: InterestGroup; readonly interests: readonly Interest[] }>();
  readonly #groupOf = new Map<GroupMember, InterestGroup>();
  #listener: InterestListener | null = null;

  constructor(namespaces: NamespaceTable, fanOut: FanOut) {
    this.#namespaces = namespaces;
    this.#fanOut = fanOut;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  /** Tells `listener` of all interests there are, and of each change from now on; null ends that. */
  listen(listener: InterestListener | null): void {
    this.#listener = listener;
    if (listener === null) return;
    for (const { interests } of this.#groups.values()) for (const one of interests) listener.appeared(one);
  }

  /** Moves a member to the group with exactly these interests and this rate; without interests it is in no group. */
  place(member: GroupMember, set: InterestSet, ratePerSecond: number | null = null): void {
    const { interests } = set;
    const key = set.key === '' || ratePerSecond === null ? set.key : `${set.key}\n${ratePerSecond}`;
    const present = this.#groupOf.get(member);
    if ((present?.key ?? '') === key) return;
    if (present !== undefined) this.#leave(member, present);
    if (key === '') return;
    const group = this.#groupFor(key, interests, ratePerSecond);
    group.join(member);
    this.#groupOf.set(member, group);
  }

  /** Takes a member out of its group. */
  remove(member: GroupMember): void {
    const present = this.#groupOf.get(member);
    if (present !== undefined) this.#leave(member, present);
  }

  #leave(member: GroupMember, group: InterestGroup): void {
    group.leave(member);
    this.#groupOf.delete(member);
    if (!group.isEmpty) return;
    if (group instanceof PacedGroup) group.close();
    const entry = this.#groups.get(group.key)!;
    this.#groups.delete(group.key);
    for (const interest of entry.interests) {
      this.#namespaces.of(interest.namespace)?.removeInterest(interest, group);
      this.#listener?.gone(interest);
    }
  }

  #groupFor(key: string, interests: readonly Interest[], ratePerSecond: number | null): InterestGroup {
    const entry = this.#groups.get(key);
    if (entry !== undefined) return entry.group;
    const group =
      ratePerSecond === null ? new InterestGroup(key, this.#fanOut) : new PacedGroup(key, this.#fanOut, ratePerSecond);
    this.#groups.set(key, { group, interests });
    for (const interest of interests) {
      this.#namespaces.ofOrNew(interest.namespace).addInterest(interest, group);
      this.#listener?.appeared(interest);
    }
    return group;
  }
}
