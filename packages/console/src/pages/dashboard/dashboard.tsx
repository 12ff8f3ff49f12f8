import { Button, SegmentedControl } from '@mantine/core';
import type { HistoryRange, LiveEvent, SystemFigures } from '@pulsemq/protocol';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { figures, link, linkFailure, liveEvents } from '../../live/figures.js';
import { Icon } from '../../parts/icon.js';
import { Loading } from '../../parts/loading.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { Problem } from '../../parts/problem.js';
import { StatusMark } from '../../parts/status-mark.js';
import { useStore } from '../../state/use-store.js';
import { Answers } from './answers.js';
import { Charts } from './charts.js';
import classNames from './dashboard.module.css';
import { DropReasons } from './drop-reasons.js';
import { EventList } from './event-list.js';
import { FirstSteps } from './first-steps.js';
import { Lists } from './lists.js';
import { type SystemHistory, useSystemHistory } from './use-system-history.js';

const ranges = ['5m', '1h', '8h', '7d'] as const satisfies readonly HistoryRange[];

/** The value at the moment of the pause; else the current value. */
function useHeld<Value>(value: Value, isHeld: boolean): Value {
  const held = useRef(value);
  if (!isHeld) held.current = value;
  return held.current;
}

function Controls(props: {
  readonly range: HistoryRange;
  readonly onRange: (range: HistoryRange) => void;
  readonly isPaused: boolean;
  readonly onPause: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {props.isPaused && <StatusMark status="warning">{t('status.paused')}</StatusMark>}
      <Button
        variant="default"
        leftSection={<Icon name={props.isPaused ? 'play' : 'pause'} size={14} />}
        onClick={props.onPause}
      >
        {props.isPaused ? t('actions.resume') : t('actions.pause')}
      </Button>
      <SegmentedControl
        aria-label={t('ranges.label')}
        value={props.range}
        onChange={props.onRange}
        data={ranges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
      />
    </>
  );
}

function Content(props: {
  readonly now: SystemFigures;
  readonly events: readonly LiveEvent[];
  readonly history: SystemHistory;
}) {
  const { t } = useTranslation();
  const { now, events, history } = props;
  const isNew = now.msg_total === 0 && now.topics === 0;
  return (
    <>
      <Answers now={now} />
      {isNew ? (
        <FirstSteps />
      ) : (
        <>
          <Panel>
            <Charts history={history} />
          </Panel>
          <Lists now={now} />
        </>
      )}
      <div className={classNames.bottom}>
        <Panel title={t('dashboard.events')}>
          <EventList events={events} />
        </Panel>
        <Panel>
          <DropReasons drops={now.drops} />
          <p className={classNames.auth}>
            {t('dashboard.auth', {
              attempts: exact(now.auth_total),
              failed: exact(now.auth_fail),
              denied: exact(now.perm_denied),
            })}
            <br />
            {t('dashboard.charts.cpu', { n: Math.round(now.cpu_percent) })}
          </p>
        </Panel>
      </div>
    </>
  );
}

/** The first page: the state of the broker at a glance. */
export function Dashboard() {
  const { t } = useTranslation();
  const [range, setRange] = useState<HistoryRange>('5m');
  const [isPaused, setPaused] = useState(false);
  const now = useHeld(useStore(figures), isPaused);
  const events = useHeld(useStore(liveEvents), isPaused);
  const history = useHeld(useSystemHistory(range), isPaused);
  const failure = useStore(linkFailure);
  const { state } = useStore(link);
  const controls = (
    <Controls
      range={range}
      onRange={(value) => {
        setRange(value);
        setPaused(false);
      }}
      isPaused={isPaused}
      onPause={() => setPaused(!isPaused)}
    />
  );
  return (
    <Page title={t('nav.dashboard')} actions={now === null ? undefined : controls}>
      {now !== null && <Content now={now} events={events} history={history} />}
      {now === null && state === 'refused' && <Problem failure={failure} />}
      {now === null && state !== 'refused' && <Loading />}
    </Page>
  );
}
