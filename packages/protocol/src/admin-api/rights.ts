import type { GrantRole, UserType } from '../roles.js';

/** GET /api/namespaces, GET /api/namespaces/{id} */
export interface ApiNamespace {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Name of the user who made it, or who published to it first. */
  readonly created_by: string;
  readonly is_active: boolean;
  /** The last value of each of its topics is kept from the next publish on. */
  readonly keep_last_value: boolean;
  readonly created_at: string;
  readonly topic_count: number;
  readonly grant_count: number;
}

/** POST /api/namespaces, answered with 201 and `{id, name}` */
export interface CreateNamespaceRequest {
  readonly name: string;
  readonly description?: string;
  readonly keep_last_value?: boolean;
}

/** PUT /api/namespaces/{id}, answered with the namespace */
export interface UpdateNamespaceRequest {
  readonly description?: string;
  readonly is_active?: boolean;
  readonly keep_last_value?: boolean;
}

/** GET /api/namespaces/{id}/permissions; GET /api/permissions lists those of all namespaces */
export interface ApiGrant {
  readonly user_id: number;
  readonly username: string;
  readonly namespace_id: number;
  readonly namespace: string;
  readonly role: GrantRole;
  readonly granted_by: string;
  readonly granted_at: string;
}

/** POST /api/namespaces/{id}/permissions; a second one changes the role. Either `user_id` or `username`. */
export interface GrantRequest {
  readonly user_id?: number | undefined;
  readonly username?: string | undefined;
  /** `sub` when left out. */
  readonly role?: GrantRole;
}

/** GET /api/permissions/check?user_id=&namespace=&topic= */
export interface PermissionCheck {
  readonly user_id: number;
  readonly username: string;
  readonly namespace: string;
  /** A topic, or a pattern for the question about subscribing; null asks about the namespace as a whole. */
  readonly topic: string | null;
  readonly publish: PermissionVerdict;
  readonly subscribe: PermissionVerdict;
}

export interface PermissionVerdict {
  readonly allowed: boolean;
  /** Which rule decided. */
  readonly code:
    | 'USER_INACTIVE'
    | 'NO_TOKEN'
    | 'ADMIN_ONLY'
    | 'ALL_RIGHTS'
    | 'NAMESPACE_UNKNOWN'
    | 'NAMESPACE_INACTIVE'
    | 'BAD_NAME'
    | 'NO_GRANT'
    | 'ROLE_TOO_LOW'
    | 'GRANTED';
  /** The same as a sentence. */
  readonly reason: string;
}

/** GET /api/users, GET /api/users/{id} */
export interface ApiUser {
  readonly id: number;
  readonly username: string;
  readonly user_type: UserType;
  readonly is_active: boolean;
  readonly has_token: boolean;
  readonly has_password: boolean;
  readonly must_change_password: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  /** Sessions open now. */
  readonly session_count: number;
}

/** POST /api/users */
export interface CreateUserRequest {
  readonly username: string;
  /** `mq_normal` when left out. */
  readonly user_type?: UserType;
  /** Without it, users who administer get a generated one. */
  readonly password?: string;
}

/** Answer to it, with 201: the only time the secrets are shown. */
export interface CreatedUser {
  readonly id: number;
  readonly username: string;
  readonly user_type: UserType;
  /** For types that use the wire. */
  readonly token?: string;
  /** For types that administer, when it was generated. */
  readonly password?: string;
}

/** PUT /api/users/{id}, answered with `{status: "updated"}` */
export interface UpdateUserRequest {
  readonly username?: string;
  readonly user_type?: UserType;
  readonly is_active?: boolean;
}

/** POST /api/users/{id}/password; without `password` one is generated and answered */
export interface SetPasswordRequest {
  readonly password?: string;
}

export interface SetPasswordReply {
  readonly status: 'changed';
  readonly password?: string;
}

/** POST /api/users/{id}/reset-token: the only time the new token is shown; the old one's sessions end */
export interface ResetTokenReply {
  readonly token: string;
}
