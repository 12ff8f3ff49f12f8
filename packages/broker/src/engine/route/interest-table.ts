import type { FanOut } from '../fanout/fan-out.js';
import type { GroupMember } from '../fanout/group-member.js';
import { InterestGroup } from '../fanout/interest-group.js';
import { PacedGroup } from '../fanout/paced-group.js';
import type { Interest, InterestSet } from './interest.js';
import type { NamespaceTable } from './namespace-table.js';

/** The group of each member, and the interests of each group. */
export class InterestTable {
  readonly #namespaces: NamespaceTable;
  readonly #fanOut: FanOut;
  readonly #groups = new Map<string, { readonly group: InterestGroup; readonly interests: readonly Interest[] }>();
  readonly #groupOf = new Map<GroupMember, InterestGroup>();

  constructor(namespaces: NamespaceTable, fanOut: FanOut) {
    this.#namespaces = namespaces;
    this.#fanOut = fanOut;
  }

  get groupCount(): number {
    return this.#groups.size;
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
    for (const interest of entry.interests) this.#namespaces.of(interest.namespace)?.removeInterest(interest, group);
  }

  #groupFor(key: string, interests: readonly Interest[], ratePerSecond: number | null): InterestGroup {
    const entry = this.#groups.get(key);
    if (entry !== undefined) return entry.group;
    const group =
      ratePerSecond === null ? new InterestGroup(key, this.#fanOut) : new PacedGroup(key, this.#fanOut, ratePerSecond);
    this.#groups.set(key, { group, interests });
    for (const interest of interests) this.#namespaces.ofOrNew(interest.namespace).addInterest(interest, group);
    return group;
  }
}
