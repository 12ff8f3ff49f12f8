import type { ApiSetting } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { exact } from '../../format/number.js';
import { settingWords } from '../../i18n/zh/setting-words.js';

const units = ['s', 'ms', 'days', 'bytes'] as const;
type Unit = (typeof units)[number];

function unitText(t: TFunction, unit: string): string {
  const known = units.find((one): one is Unit => one === unit);
  return known === undefined ? unit : t(`settings.units.${known}`);
}

/** A port is a name, not an amount. */
const isPort = (key: string): boolean => key.endsWith('_port');

/** The value as people write it, with its unit. */
export function valueText(t: TFunction, { key, value, unit }: ApiSetting): string {
  // A secret says only whether it is there.
  if (value === null || value === '(unset)') return t('settings.unset');
  if (value === '(set)') return t('settings.isSet');
  if (typeof value === 'boolean') return t(value ? 'status.yes' : 'status.no');
  if (typeof value !== 'number') return value;
  if (isPort(key)) return String(value);
  return unit === '' ? exact(value) : `${exact(value)} ${unitText(t, unit)}`;
}

/** What a value may be: `0 to 65535`, `text, at least 32 characters`, or the words to choose from. */
export function rangeText(t: TFunction, { key, range }: Pick<ApiSetting, 'key' | 'range'>): string {
  const numbers = /^(\d+) to (\d+)$/.exec(range);
  if (numbers !== null) {
    const written = (digits = ''): string => (isPort(key) ? digits : exact(Number(digits)));
    return `${written(numbers[1])} – ${written(numbers[2])}`;
  }
  const least = /^text, at least (\d+) characters$/.exec(range)?.[1];
  if (least !== undefined) return t('settings.ranges.textFrom', { n: least });
  if (range === 'text') return t('settings.ranges.text');
  return range === 'true, false' ? `${t('status.yes')}, ${t('status.no')}` : range;
}

/** What a setting does: in Chinese from here, in English as the broker says it, without the marks of its documents. */
export function doesText(language: string, { key, description }: Pick<ApiSetting, 'key' | 'description'>): string {
  const said = description.replaceAll('`', '');
  return language === 'zh' ? (settingWords[key] ?? said) : said;
}
