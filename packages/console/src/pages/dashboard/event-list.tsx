import type { LiveEvent } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { clockText, dateTimeText } from '../../format/time.js';
import { Empty } from '../../parts/empty.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import classNames from './dashboard.module.css';
import { eventText } from './event-text.js';

const statusOf: Readonly<Record<LiveEvent['kind'], Status>> = {
  authFailed: 'warning',
  permissionDenied: 'warning',
  badBytes: 'bad',
  limitReached: 'warning',
  slowSubscriber: 'warning',
  journal: 'warning',
  drops: 'bad',
  connected: 'ok',
  disconnected: 'off',
  topicStale: 'stale',
  internal: 'bad',
};

const pathOf = (event: LiveEvent): string | undefined => {
  if (event.connection_id !== null) return `/connections/${event.connection_id}`;
  if (event.kind === 'topicStale') return '/topics?show=stale';
  return undefined;
};

function EventRow({ event }: { readonly event: LiveEvent }) {
  const { t } = useTranslation();
  const at = new Date(event.at);
  const path = pathOf(event);
  const text = eventText(t, event);
  return (
    <li className={classNames.event}>
      <time dateTime={event.at} title={dateTimeText(at)} className="muted">
        {clockText(at)}
      </time>
      <StatusMark status={statusOf[event.kind]}>{t(`dashboard.kinds.${event.kind}`)}</StatusMark>
      <span className="clip" title={event.text}>
        {path === undefined ? text : <Link to={path}>{text}</Link>}
      </span>
    </li>
  );
}

/** The newest events of the broker first. */
export function EventList({ events }: { readonly events: readonly LiveEvent[] }) {
  const { t } = useTranslation();
  if (events.length === 0) return <Empty text={t('dashboard.noEvents')} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard.
    <ol className={classNames.events} tabIndex={0} aria-label={t('dashboard.events')}>
      {events.slice(0, 100).map((event) => (
        <EventRow key={`${event.at} ${event.id}`} event={event} />
      ))}
    </ol>
  );
}
