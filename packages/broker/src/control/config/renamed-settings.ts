/**
 * Settings that have a new name, because the old one misled: it named a thing by a word that is not used any more, or hid its unit. An
 * old name keeps working with a warning. This table is the only place that knows old names.
 */
export const renamedSettings = {
  'auth.login_timeout': 'auth.login_timeout_sec',
  'auth.ping_interval': 'auth.ping_interval_sec',
  'auth.ping_timeout': 'auth.ping_timeout_sec',
  'auth.jwt_expiry': 'auth.jwt_expiry_sec',
  'limits.max_connections_per_user': 'limits.max_sessions_per_user',
  'limits.max_subscriptions_per_conn': 'limits.max_subscriptions_per_session',
  'limits.snapshot_bytes': 'limits.last_value_bytes',
  'limits.cache_refresh_sec': 'limits.rights_refresh_sec',
  'broker.hwm': 'broker.backlog_messages',
  'broker.outbox_bytes': 'broker.backlog_bytes',
  'broker.outbox_total_bytes': 'broker.backlog_total_bytes',
  'monitoring.stats_retention_minutes': 'monitoring.minute_stats_retention_days',
  'monitoring.stats_retention_hours': 'monitoring.hour_stats_retention_days',
  'monitoring.topics_per_minute': 'monitoring.stats_topics',
} as const;

export type RenamedSettings = typeof renamedSettings;

type Values = Readonly<Record<string, unknown>>;

/** Part of a configuration with new names only, and what there is to say about its old ones. */
export interface NewNames {
  readonly values: Values;
  /** One line for each old name. */
  readonly warnings: readonly string[];
  /** One line for each setting that is given under both names. */
  readonly problems: readonly string[];
}

/** Replaces old names. `values` are sections as in the YAML file, not yet checked; a section that is not a mapping stays as it is. */
export function withNewNames(values: Values): NewNames {
  const warnings: string[] = [];
  const problems: string[] = [];
  let renamed = values;
  for (const [oldKey, newKey] of Object.entries(renamedSettings)) {
    const value = valueAt(renamed, oldKey);
    if (value === undefined) continue;
    if (valueAt(renamed, newKey) !== undefined) {
      problems.push(`${oldKey} is the old name of ${newKey}, and both are given; remove ${oldKey}`);
    } else {
      warnings.push(`${oldKey} has the new name ${newKey}; the old name still works`);
      renamed = withValueAt(renamed, newKey, value);
    }
    renamed = withValueAt(renamed, oldKey, undefined);
  }
  return { values: renamed, warnings, problems };
}

const partsOf = (key: string): [section: string, name: string] => key.split('.') as [string, string];

const isMapping = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(values: Values, key: string): unknown {
  const [section, name] = partsOf(key);
  const content = Object.hasOwn(values, section) ? values[section] : undefined;
  return isMapping(content) && Object.hasOwn(content, name) ? content[name] : undefined;
}

/** A copy with another value; undefined takes it out. */
function withValueAt(values: Values, key: string, value: unknown): Values {
  const [section, name] = partsOf(key);
  const { [name]: _, ...others } = (values[section] ?? {}) as Values;
  return { ...values, [section]: value === undefined ? others : { ...others, [name]: value } };
}
