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

/** A port is shown without a thousands separator. */
const isPort = (key: string): boolean => key.endsWith('_port');

/** The value with its unit. */
export function valueText(t: TFunction, { key, value, unit }: ApiSetting): string {
  // The broker does not send a secret, only whether it is set.
  if (value === null || value === '(unset)') return t('settings.unset');
  if (value === '(set)') return t('settings.isSet');
  if (typeof value === 'boolean') return t(value ? 'status.yes' : 'status.no');
  if (typeof value !== 'number') return value;
  if (isPort(key)) return String(value);
  return unit === '' ? exact(value) : `${exact(value)} ${unitText(t, unit)}`;
}

/** What the broker calls the items of a list. */
const lists: Readonly<Record<string, 'addresses' | 'origins' | 'hosts' | 'clusterName'>> = {
  'list of addresses and ranges': 'addresses',
  'list of origins': 'origins',
  'list of host:port': 'hosts',
  '1 to 32 of A-Z, a-z, 0-9, _ and -': 'clusterName',
};

/** The allowed values: `0 to 65535`, `text, at least 32 characters`, or a list of words. */
export function rangeText(t: TFunction, { key, range }: Pick<ApiSetting, 'key' | 'range'>): string {
  const numbers = /^(\d+) to (\d+)$/.exec(range);
  if (numbers !== null) {
    const written = (digits = ''): string => (isPort(key) ? digits : exact(Number(digits)));
    return `${written(numbers[1])} – ${written(numbers[2])}`;
  }
  const least = /^text, at least (\d+) characters$/.exec(range)?.[1];
  if (least !== undefined) return t('settings.ranges.textFrom', { n: least });
  if (range === 'text') return t('settings.ranges.text');
  const list = lists[range];
  if (list !== undefined) return t(`settings.ranges.${list}`);
  return range === 'true, false' ? `${t('status.yes')} / ${t('status.no')}` : range;
}

/** The description of a setting: in Chinese from the console, in English from the broker, without its Markdown. */
export function doesText(language: string, { key, description }: Pick<ApiSetting, 'key' | 'description'>): string {
  const text = language === 'zh' ? (settingWords[key] ?? description) : description;
  return text.replaceAll('`', '');
}
