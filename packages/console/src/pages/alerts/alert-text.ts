import type { Alert } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { exact } from '../../format/number.js';

/** What an alert says, in the viewer's language: from its kind and its value, with the example of the broker's sentence. */
export function alertText(t: TFunction, { kind, value, text }: Alert): string {
  const said = t(`alerts.said.${kind}`, { n: exact(value) });
  const example = / such as (.+)$/.exec(text)?.[1];
  return example === undefined ? said : said + t('alerts.suchAs', { name: example });
}
