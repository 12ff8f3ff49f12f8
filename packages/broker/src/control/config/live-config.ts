import type { Config } from './config-schema.js';
import type { EffectiveConfig } from './effective-config.js';
import { settingList, settingValue } from './setting-list.js';

/** Settings that a running broker takes; every other one takes effect with the next start. docs/reliability.md lists them. */
export const liveKeys: readonly string[] = [
  'server.trusted_proxies',
  'limits.max_connections_per_user',
  'limits.max_subscriptions_per_conn',
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
  'limits.max_http_connections',
  'limits.max_http_connections_per_address',
  'logging.max_days',
  'logging.max_bytes',
  'logging.level',
  'monitoring.stats_retention_minutes',
  'monitoring.stats_retention_hours',
  'monitoring.audit_retention_days',
  'monitoring.topics_per_minute',
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

  /** Takes the live settings of another configuration. */
  replace(next: EffectiveConfig): ConfigChange {
    const before = this.#effective;
    const config = structuredClone(before.config) as Record<string, Record<string, unknown>>;
    const sources = new Map(before.sources);
    const applied: string[] = [];
    const later: string[] = [];
    for (const { key } of settingList()) {
      if (settingValue(before.config, key) === settingValue(next.config, key)) continue;
      if (!liveKeys.includes(key)) {
        later.push(key);
        continue;
      }
      applied.push(key);
      const [section, name] = key.split('.') as [keyof Config, string];
      config[section]![name] = (next.config[section] as Record<string, unknown>)[name];
      const source = next.sources.get(key);
      if (source === undefined) sources.delete(key);
      else sources.set(key, source);
    }
    this.#effective = { config: config as unknown as Config, sources };
    for (const listener of this.#listeners) listener(this.config);
    return { applied, later };
  }
}
