import type { GrantRole, UserType } from '../roles.js';

/** GET /api/namespaces, GET /api/namespaces/{id} */
export interface ApiNamespace {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Name of the user that created it or first published to it. */
  readonly created_by: string;
  readonly is_active: boolean;
  /** True if the broker keeps the last value of each topic, from the next publish on. */
  readonly keep_last_value: boolean;
  /** True if its messages are kept in the journal, from the next publish on. */
  readonly history: boolean;
  readonly created_at: string;
  readonly topic_count: number;
  readonly grant_count: number;
}

/** POST /api/namespaces, answered with 201 and `{id, name}` */
export interface CreateNamespaceRequest {
  readonly name: string;
  readonly description?: string;
  readonly keep_last_value?: boolean;
  readonly history?: boolean;
}

/** PUT /api/namespaces/{id}, answered with the namespace */
export interface UpdateNamespaceRequest {
  readonly description?: string;
  readonly is_active?: boolean;
  readonly keep_last_value?: boolean;
  readonly history?: boolean;
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

/** POST /api/namespaces/{id}/permissions, with either `user_id` or `username`. A second one for the same user changes the role. */
export interface GrantRequest {
  readonly user_id?: number | undefined;
  readonly username?: string | undefined;
  /** Default `sub`. */
  readonly role?: GrantRole;
}

/** GET /api/permissions/check?user_id=&namespace=&topic= */
export interface PermissionCheck {
  readonly user_id: number;
  readonly username: string;
  readonly namespace: string;
  /** A topic, or a pattern for `subscribe`. Null: the namespace as a whole. */
  readonly topic: string | null;
  readonly publish: PermissionVerdict;
  readonly subscribe: PermissionVerdict;
}

/** Whether the user may publish or subscribe, and why. */
export interface PermissionVerdict {
  readonly allowed: boolean;
  /** The rule that decided. */
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
  /** The rule as a sentence. */
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
  /** Open sessions, and subscribers that log in by PLAIN or by a key without a session. 0: the user is offline. */
  readonly session_count: number;
}

/** POST /api/users */
export interface CreateUserRequest {
  readonly username: string;
  /** Default `mq_normal`. */
  readonly user_type?: UserType;
  /** Default: a generated password for types that administer, none for others. */
  readonly password?: string;
}

/** Answer to it, with 201. The only answer that shows the secrets. */
export interface CreatedUser {
  readonly id: number;
  readonly username: string;
  readonly user_type: UserType;
  /** Only for types that use the wire. */
  readonly token?: string;
  /** Only if it was generated. */
  readonly password?: string;
}

/** PUT /api/users/{id}, answered with `{status: "updated"}` */
export interface UpdateUserRequest {
  readonly username?: string;
  readonly user_type?: UserType;
  readonly is_active?: boolean;
}

/** POST /api/users/{id}/password. Without `password` the broker generates one and answers it. */
export interface SetPasswordRequest {
  readonly password?: string;
}

/** Answer to it. */
export interface SetPasswordReply {
  readonly status: 'changed';
  /** Only if it was generated. */
  readonly password?: string;
}

/** POST /api/users/{id}/reset-token. The only answer that shows the new token. Sessions of the old token end. */
export interface ResetTokenReply {
  readonly token: string;
}

/** What a key of a user is: a public key of CURVE, or the SHA-256 of a client certificate. */
export const userKeyKinds = ['curve', 'tls'] as const;

/** One of these kinds. */
export type UserKeyKind = (typeof userKeyKinds)[number];

/** A key that logs its user in without a token. */
export interface ApiUserKey {
  readonly id: number;
  readonly kind: UserKeyKind;
  /** CURVE: 40 characters of Z85. TLS: 64 characters of hex. */
  readonly key: string;
  readonly name: string;
  readonly created_by: string;
  readonly created_at: string;
}
