import type { ApiSetting } from '@pulsemq/protocol';
import type { EffectiveConfig } from './effective-config.js';
import { settingList, settingValue } from './setting-list.js';

/** Every setting with its value and source. Of a secret it shows only whether it is set. */
export const shownSettings = (effective: EffectiveConfig): ApiSetting[] =>
  settingList().map(({ key, unit, range, description, isSecret }): ApiSetting => {
    const value = settingValue(effective.config, key);
    return {
      key,
      value: isSecret ? shownSecret(value) : value,
      source: effective.sources.get(key) ?? 'default',
      unit,
      range,
      description,
    };
  });

const shownSecret = (value: unknown): string => (value === null ? '(unset)' : '(set)');
