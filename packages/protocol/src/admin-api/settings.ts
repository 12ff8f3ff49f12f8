import type { GrantRole, UserType } from '../roles.js';
import type { Bars } from './bars.js';
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
  /** Secrets are shown as `(set)` or `(unset)`. */
  readonly value: string | number | boolean | null;
  /** Of the ports of publishers and subscribers, where it is not the value: the port in use, such as the one that the system chose for 0. */
  readonly in_use?: number | undefined;
  /** `flag`: an option of the command; `option`: a program; `api`: changed while the broker runs, until its next start. */
  readonly source: 'default' | 'file' | 'environment' | 'flag' | 'option' | 'api';
  readonly unit: string;
  readonly range: string;
  readonly description: string;
}

/** All levels, from the most lines to the fewest. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** Level of a line of the log. A broker logs lines of its level and above. */
export type LogLevel = (typeof logLevels)[number];

/** GET and PUT /api/log-level */
export interface ApiLogLevel {
  readonly level: LogLevel;
}

/** GET /api/definitions, POST /api/definitions (`?dry_run=true` only reports the changes) */
export interface Definitions {
  readonly version: 1;
  readonly namespaces: readonly {
    readonly name: string;
    readonly description: string;
    readonly is_active: boolean;
    readonly keep_last_value: boolean;
    /** An import leaves it as it is where this is missing. */
    readonly history?: boolean | undefined;
    /** Null without rules. An import leaves the rules as they are where this is missing. */
    readonly freshness?: Freshness | null | undefined;
    readonly bars?: Bars | null | undefined;
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
