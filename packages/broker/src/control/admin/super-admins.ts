import type { UserType } from '@pulsemq/protocol';
import type { UserRow } from '../store/rows.js';
import type { UserStore } from '../store/store.js';
import { ApiError } from './api-error.js';

/** True for an active super_admin with a password: a user who can log in and administer everything. */
export const isUsableSuperAdmin = ({ userType, isActive, passwordHash }: UserRow): boolean =>
  userType === 'super_admin' && isActive && passwordHash !== null;

/** Throws 403 for a caller that is no super_admin. `what` says what only a super_admin may do, such as `make a backup`. */
export function requireSuperAdmin(caller: UserRow, what: string): void {
  if (caller.userType !== 'super_admin') throw new ApiError(403, 'SUPER_ADMIN_ONLY', `only a super_admin may ${what}`);
}

/**
 * Throws 403 when a caller that is no super_admin would change one, or make one, or change its own user type: an administrator must not raise
 * itself. `userType` is the type that the user gets.
 */
export function keepSuperAdmins(caller: UserRow, user: UserRow | undefined, userType?: UserType): void {
  if (caller.userType === 'super_admin') return;
  if (user?.userType === 'super_admin' || userType === 'super_admin') {
    throw new ApiError(403, 'SUPER_ADMIN_ONLY', 'only a super_admin may make or change a super_admin');
  }
  if (user?.id === caller.id && userType !== undefined && userType !== caller.userType) {
    throw new ApiError(403, 'SUPER_ADMIN_ONLY', 'only a super_admin may change your user type');
  }
}

/** Throws 409 when `user` is the last usable super_admin. `change` says what is to happen to the user, such as `deleted`. */
export async function keepLastSuperAdmin(user: UserRow, change: string, users: UserStore): Promise<void> {
  if (user.userType !== 'super_admin' || !user.isActive) return;
  const hasOther = (await users.all()).some((other) => other.id !== user.id && isUsableSuperAdmin(other));
  if (!hasOther) throw new ApiError(409, 'LAST_SUPER_ADMIN', `the last super_admin cannot be ${change}`);
}
