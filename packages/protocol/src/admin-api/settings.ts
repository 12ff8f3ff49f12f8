import type { GrantRole, UserType } from '../roles.js';

/** GET /api/audit-logs?op_type=&operator=&target=&namespace=&result=&from=&to=&limit=&offset=; /api/audit-logs/export?format=csv|json */
export interface AuditRow {
  readonly id: number;
  readonly created_at: string;
  /** Such as `grant`, `user.create`, `login`. */
  readonly op_type: string;
  /** Such as `user`, `namespace`, `namespace_permission`. */
  readonly target_type: string;
  /** Name of who did it; for a failed log-in the name that was tried. */
  readonly operator: string;
  readonly address: string;
  /** Name of what it was done to. */
  readonly target: string;
  readonly namespace: string | null;
  /** JSON of what it was before, without secrets. */
  readonly old_value: string | null;
  readonly new_value: string | null;
  /** `ok`, or the code of the refusal. */
  readonly result: string;
  readonly request_id: string;
}

/** GET /api/settings: the effective configuration */
export interface ApiSetting {
  /** Such as `server.pub_port`. */
  readonly key: string;
  /** Secrets are shown as `(set)` or `(generated)`. */
  readonly value: string | number | boolean | null;
  readonly source: 'default' | 'file' | 'flag' | 'option';
  readonly unit: string;
  readonly range: string;
  readonly description: string;
}

/** GET /api/definitions, POST /api/definitions (`?dry_run=true` only tells what would change) */
export interface Definitions {
  readonly version: 1;
  readonly namespaces: readonly {
    readonly name: string;
    readonly description: string;
    readonly is_active: boolean;
    readonly keep_last_value: boolean;
  }[];
  /** Without secrets: an imported user that is new has no token and no password until one is set. */
  readonly users: readonly {
    readonly username: string;
    readonly user_type: UserType;
    readonly is_active: boolean;
  }[];
  readonly grants: readonly {
    readonly username: string;
    readonly namespace: string;
    readonly role: GrantRole;
  }[];
}

export interface ImportReply {
  readonly status: 'imported' | 'checked';
  /** One line for each change. */
  readonly changes: readonly string[];
}
