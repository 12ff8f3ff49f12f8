/** Users and their rights. A grant gives a right in one namespace; some types of user need no grant. */

/** Types of user. */
export const userTypes = ['super_admin', 'mq_super', 'mq_normal', 'admin_only'] as const;

/**
 * `super_admin` administers and has all rights on the wire. `mq_super` has all rights on the wire. `mq_normal` has the rights of
 * its grants. `admin_only` administers and has no rights on the wire.
 */
export type UserType = (typeof userTypes)[number];

/** Roles of a grant, lowest first. */
export const grantRoles = ['sub', 'pub', 'admin'] as const;

/** `sub` subscribes, `pub` also publishes, `admin` also manages the grants of the namespace. */
export type GrantRole = (typeof grantRoles)[number];

/** Roles as numbers that can be compared: a higher role includes the lower ones. 0: without a role. */
export const RoleLevel = { none: 0, sub: 1, pub: 2, admin: 3 } as const satisfies Record<GrantRole | 'none', number>;

/** True for types of user with all rights in every namespace on the wire. */
export const hasAllMqRights = (type: UserType): boolean => type === 'super_admin' || type === 'mq_super';

/** True for types of user that may open a session on the wire. */
export const mayUseMq = (type: UserType): boolean => type !== 'admin_only';
