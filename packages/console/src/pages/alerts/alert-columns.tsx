import { Button, Menu } from '@mantine/core';
import type { Alert } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { dateTimeText } from '../../format/time.js';
import { Ago } from '../../parts/ago.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { ageColumn } from '../../parts/table/figure-column.js';
import { alertText } from './alert-text.js';
import classNames from './alerts.module.css';

export interface AlertActions {
  readonly acknowledge: (alert: Alert) => Promise<void>;
  readonly mute: (alert: Alert, minutes: number) => Promise<void>;
}

const statusOf: Readonly<Record<Alert['state'], Status>> = { firing: 'bad', acknowledged: 'warning', resolved: 'ok' };

/** Minutes that an alert can be muted for. */
const muteMinutes = { quarter: 15, hour: 60, shift: 480, day: 1440 } as const;
const muteSpans = ['quarter', 'hour', 'shift', 'day'] as const;

const isMuted = ({ muted_until: until }: Alert): boolean => until !== null && Date.parse(until) > Date.now();

function AlertState({ t, alert }: { readonly t: TFunction; readonly alert: Alert }) {
  const { state, acknowledged_by: by, acknowledged_at: at, muted_until: until } = alert;
  const title =
    by === null || at === null ? '' : t('alerts.acknowledgedBy', { name: by, time: dateTimeText(new Date(at)) });
  return (
    <span className={classNames.state} title={title}>
      <StatusMark status={statusOf[state]}>{t(`alerts.states.${state}`)}</StatusMark>
      {isMuted(alert) && (
        <span className="muted" title={t('alerts.mutedUntil', { time: dateTimeText(new Date(until!)) })}>
          {t('alerts.muted')}
        </span>
      )}
    </span>
  );
}

function MuteMenu({ t, alert, mute }: { readonly t: TFunction; readonly alert: Alert } & Pick<AlertActions, 'mute'>) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-xs" variant="default">
          {t('alerts.mute')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {muteSpans.map((span) => (
          <Menu.Item key={span} onClick={() => void mute(alert, muteMinutes[span])}>
            {t(`alerts.spans.${span}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Actions({ t, alert, acknowledge, mute }: { readonly t: TFunction; readonly alert: Alert } & AlertActions) {
  if (alert.state === 'resolved') return null;
  return (
    <span className={classNames.actions}>
      {alert.state === 'firing' && (
        <Button size="compact-xs" variant="default" onClick={() => void acknowledge(alert)}>
          {t('alerts.acknowledge')}
        </Button>
      )}
      {isMuted(alert) ? (
        <Button size="compact-xs" variant="default" onClick={() => void mute(alert, 0)}>
          {t('alerts.unmute')}
        </Button>
      ) : (
        <MuteMenu t={t} alert={alert} mute={mute} />
      )}
    </span>
  );
}

/** The columns of an alert: its state, what holds, since when, and its buttons. */
export function alertColumns(t: TFunction, actions: AlertActions): readonly Column<Alert>[] {
  return [
    {
      key: 'rule',
      head: t('alerts.rule'),
      width: 'minmax(140px, 1fr)',
      isNarrow: true,
      cell: ({ rule_name, text }) => <span title={text}>{rule_name}</span>,
      sortBy: ({ rule_name }) => rule_name,
      text: ({ rule_name, text }) => `${rule_name} ${text}`,
    },
    {
      key: 'state',
      head: t('fields.status'),
      width: '150px',
      narrowWidth: '88px',
      isNarrow: true,
      cell: (alert) => <AlertState t={t} alert={alert} />,
      sortBy: ({ state }) => ['firing', 'acknowledged', 'resolved'].indexOf(state),
    },
    {
      key: 'kind',
      head: t('alerts.kind'),
      width: '120px',
      cell: ({ kind }) => t(`alerts.kinds.${kind}`),
      sortBy: ({ kind }) => t(`alerts.kinds.${kind}`),
    },
    {
      key: 'text',
      head: t('alerts.text'),
      width: 'minmax(200px, 2.8fr)',
      cell: (alert) => <span title={alert.text}>{alertText(t, alert)}</span>,
    },
    ageColumn({ key: 'started', head: t('alerts.started'), width: '104px' }, ({ started_at }) => started_at),
    {
      ...ageColumn<Alert>(
        { key: 'resolved', head: t('alerts.resolved'), width: '104px' },
        ({ resolved_at }) => resolved_at,
      ),
      cell: ({ resolved_at: at }) => (at === null ? '–' : <Ago at={at} />),
    },
    {
      key: 'actions',
      head: t('alerts.actions'),
      width: '160px',
      narrowWidth: '150px',
      isNarrow: true,
      cell: (alert) => <Actions t={t} alert={alert} {...actions} />,
    },
  ];
}
