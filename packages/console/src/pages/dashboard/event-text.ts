import type { CloseCode, LiveEvent } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { lagSeconds } from '../../format/lag.js';
import { bytesText, exact } from '../../format/number.js';

/** Why a connection was closed, in the viewer's language. A reason without a code is the sentence of the broker, in English. */
export function closeText(t: TFunction, code: CloseCode | null, reason: string | null): string {
  if (code === null || code === 'other') return reason ?? '–';
  return t(`closes.${code}`);
}

/** An event in the viewer's language, from its code and its values. An event without a code is the sentence of the broker, in English. */
export function eventText(t: TFunction, event: LiveEvent): string {
  const { code, values, username, text } = event;
  const name = username ?? (values.username === undefined ? t('events.someone') : String(values.username));
  const number = (key: string): string => exact(Number(values[key] ?? 0));
  const topic = String(values.topic ?? '');
  switch (code) {
    case 'other':
      return text;
    case 'connected':
      return t('events.connected', { name });
    case 'disconnected':
      return t('events.disconnected', { name, reason: closeText(t, event.close_code, String(values.reason ?? '')) });
    case 'reads_slowly': {
      const bytes = bytesText(Number(values.bytes ?? 0));
      return t('events.reads_slowly', {
        name,
        n: number('messages'),
        bytes,
        lag: lagSeconds(Number(values.lag_ms ?? 0)),
      });
    }
    case 'lost_messages':
      return t('events.lost_messages', { name, n: number('count'), total: number('total') });
    case 'topic_silent':
      return t('events.topic_silent', { topic, s: lagSeconds(Number(values.max_age_ms ?? 0)) });
    case 'topic_publisher_gone':
    case 'topic_never_started':
      return t(`events.${code}`, { topic });
    case 'topics_stale':
      return t('events.topics_stale', { topic, n: number('count') });
    case 'log_in_refused':
    case 'console_log_in_refused':
      return t(`events.${code}`, { name });
    case 'publish_denied':
    case 'subscribe_denied':
      return t(`events.${code}`, { name, namespace: String(values.namespace ?? '') });
    case 'more':
      return t('events.more', { n: number('count') });
    default:
      return code satisfies never;
  }
}
