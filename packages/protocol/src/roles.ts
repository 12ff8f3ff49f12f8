/** Who may do what. Rights are by namespace; some user types need no grant. */

export const userTypes = ['super_admin', 'mq_super', 'mq_normal', 'admin_only'] as const;

/**
 * `super_admin` administers and has every MQ right, `mq_super` has every MQ right, `mq_normal` what its grants give,
 * `admin_only` administers and has no MQ right.
 */
export type UserType = (typeof userTypes)[number];

export const grantRoles = ['sub', 'pub', 'admin'] as const;

/** `sub` reads, `pub` also publishes, `admin` also manages the namespace's grants. */
export type GrantRole = (typeof grantRoles)[number];

/** Roles as numbers, so that "has at least" is a comparison; 0 is no role. */
export const RoleLevel = { none: 0, sub: 1, pub: 2, admin: 3 } as const satisfies Record<GrantRole | 'none', number>;

/** True for the types that reach every namespace on the wire. */
export const hasAllMqRights = (type: UserType): boolean => type === 'super_admin' || type === 'mq_super';

/** True for the types that may open a session on the wire at all. */
export const mayUseMq = (type: UserType): boolean => type !== 'admin_only';
