import type { GrantRole, UserType } from '../roles.js';
import type { Freshness } from './freshness.js';

/** GET /api/audit-logs?op_type=&operator=&target=&namespace=&result=&from=&to=&limit=&offset=; /api/audit-logs/export?format=csv|json */
export interface AuditRow {
  readonly id: number;
  readonly created_at: string;
  /** Such as `grant`, `user.create`, `login`. */
  readonly op_type: string;
  /** Such as `user`, `namespace`, `namespace_permission`. */
  readonly target_type: string;
  /** Username of the caller. For a failed log-in: the username that was given. */
  readonly operator: string;
  readonly address: string;
  /** Name of the changed thing. */
  readonly target: string;
  readonly namespace: string | null;
  /** The thing before the change as JSON, without secrets. */
  readonly old_value: string | null;
  /** The thing after the change as JSON, without secrets. */
  readonly new_value: string | null;
  /** `ok`, or the code of the error. */
  readonly result: string;
  /** The log has the same id. */
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

/** GET /api/definitions, POST /api/definitions (`?dry_run=true` only reports the changes) */
export interface Definitions {
  readonly version: 1;
  readonly namespaces: readonly {
    readonly name: string;
    readonly description: string;
    readonly is_active: boolean;
    readonly keep_last_value: boolean;
    /** Null without rules. An import leaves the rules as they are where this is missing. */
    readonly freshness?: Freshness | null | undefined;
  }[];
  /** Without secrets: a new user from an import has neither token nor password until they are set. */
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

/** Answer to an import. `checked` answers a dry run. */
export interface ImportReply {
  readonly status: 'imported' | 'checked';
  /** One line for each change. */
  readonly changes: readonly string[];
}
