import type { AlertKind } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { compact } from '../../format/number.js';

/** Kinds of rules that are about topics. Only they have a namespace and a pattern. */
export const isAboutTopics = (kind: AlertKind): boolean => kind === 'topic_stale' || kind === 'publisher_gone';

/** Where a rule begins in the form. */
export const initialThresholds: Readonly<Record<AlertKind, number>> = {
  topic_stale: 1,
  publisher_gone: 1,
  client_slow: 1,
  drops: 1,
  memory: 1024,
  disk: 90,
  log_in_failures: 10,
  not_stored: 1,
  bars_lost: 1,
};

/** A value with the unit of its kind: 3 topics, 90 %, 512 MiB. */
export const valueText = (t: TFunction, kind: AlertKind, value: number): string =>
  t(`alerts.values.${kind}`, { n: compact(value), count: value });
