import type { Config } from './config-schema.js';
import type { ConfigSource, EffectiveConfig } from './effective-config.js';
import { settingList, settingValue } from './setting-list.js';

/** Settings that a running broker takes; every other one takes effect with the next start. docs/reliability.md lists them. */
export const liveKeys: readonly string[] = [
  'server.trusted_proxies',
  'limits.max_sessions_per_user',
  'limits.max_subscriptions_per_session',
  'limits.topics_per_namespace',
  'limits.max_connections',
  'limits.max_connections_per_address',
  'limits.max_pending_connections',
  'limits.max_pending_per_address',
  'limits.inbound_bytes_per_user',
  'limits.inbound_bytes_total',
  'limits.unread_reply_bytes',
  'limits.max_namespaces',
  'limits.max_topics',
  'limits.topics_per_user',
  'limits.max_subscriptions',
  'limits.max_replays',
  'limits.replays_per_user',
  'limits.max_http_connections',
  'limits.max_http_connections_per_address',
  'logging.max_days',
  'logging.max_bytes',
  'logging.level',
  'logging.format',
  'monitoring.minute_stats_retention_days',
  'monitoring.hour_stats_retention_days',
  'monitoring.audit_retention_days',
  'monitoring.stats_topics',
];

/** What a new configuration changed. */
export interface ConfigChange {
  /** Keys that have their new value now. */
  readonly applied: readonly string[];
  /** Keys that get it with the next start. */
  readonly later: readonly string[];
}

/** The configuration of a running broker, and those that hear of its changes. */
export class LiveConfig {
  readonly #listeners = new Set<(config: Config) => void>();
  #effective: EffectiveConfig;

  constructor(effective: EffectiveConfig) {
    this.#effective = effective;
  }

  /** As it is in force. */
  get effective(): EffectiveConfig {
    return this.#effective;
  }

  get config(): Config {
    return this.#effective.config;
  }

  /** Calls back after each change, until `forgetListeners`. */
  onChange(listener: (config: Config) => void): void {
    this.#listeners.add(listener);
  }

  /** Call when the broker has stopped: it may be started again with the same configuration. */
  forgetListeners(): void {
    this.#listeners.clear();
  }

  /** Changes one live setting until the next start or `replace`. The value must be one that the schema accepts. */
  set(key: string, value: string): void {
    this.#take(withSetting(this.#effective, key, value, 'api'));
  }

  /** Takes the live settings of another configuration. */
  replace(next: EffectiveConfig): ConfigChange {
    const before = this.#effective;
    const applied: string[] = [];
    const later: string[] = [];
    let effective: EffectiveConfig = { ...before, warnings: next.warnings };
    for (const { key } of settingList()) {
      if (settingValue(before.config, key) === settingValue(next.config, key)) continue;
      if (!liveKeys.includes(key)) {
        later.push(key);
        continue;
      }
      applied.push(key);
      effective = withSetting(effective, key, valueAt(next.config, key), next.sources.get(key));
    }
    this.#take(effective);
    return { applied, later };
  }

  #take(effective: EffectiveConfig): void {
    this.#effective = effective;
    for (const listener of this.#listeners) listener(this.config);
  }
}

const partsOf = (key: string): [section: keyof Config, name: string] => key.split('.') as [keyof Config, string];

function valueAt(config: Config, key: string): unknown {
  const [section, name] = partsOf(key);
  return (config[section] as Record<string, unknown>)[name];
}

/** A copy with another value. `source`: undefined for a default. */
function withSetting(
  { config, sources, warnings }: EffectiveConfig,
  key: string,
  value: unknown,
  source: ConfigSource | undefined,
): EffectiveConfig {
  const [section, name] = partsOf(key);
  const changed = { ...config, [section]: { ...config[section], [name]: value } };
  const others = [...sources].filter(([one]) => one !== key);
  return { config: changed, sources: new Map(source === undefined ? others : [...others, [key, source]]), warnings };
}
