import type { UserType } from '../roles.js';

/** POST /login */
export interface LoginRequest {
  readonly username: string;
  readonly password: string;
}

/** Answer to a log-in. */
export interface LoginReply {
  /** A JWT for `Authorization: Bearer`. */
  readonly token: string;
  readonly user: { readonly id: number; readonly username: string; readonly user_type: UserType };
  readonly expires_at: string;
  /** True until the user replaces a password that the broker generated or an administrator set. */
  readonly must_change_password: boolean;
}

/** POST /api/auth/password, answered with a LoginReply: the change ends all older tokens of the user. */
export interface ChangePasswordRequest {
  readonly current_password: string;
  /** 8 to 256 characters. */
  readonly new_password: string;
}

/** GET /api/me */
export interface Me {
  readonly id: number;
  readonly username: string;
  readonly user_type: UserType;
  readonly must_change_password: boolean;
  readonly expires_at: string;
  /** True if the user administers everything. Otherwise it manages the grants of `managed_namespaces` only. */
  readonly is_administrator: boolean;
  readonly managed_namespaces: readonly { readonly id: number; readonly name: string }[];
}
