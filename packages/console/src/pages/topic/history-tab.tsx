import { SegmentedControl } from '@mantine/core';
import type { ApiTopic, HistoryRange, TopicPoint } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { compact } from '../../format/number.js';
import { now } from '../../live/now.js';
import { Empty } from '../../parts/empty.js';
import { Loading } from '../../parts/loading.js';
import { Panel } from '../../parts/panel.js';
import { Problem } from '../../parts/problem.js';
import { TimeChart } from '../../parts/time-chart.js';
import { useStore } from '../../state/use-store.js';
import classNames from './topic.module.css';

type TopicRange = Exclude<HistoryRange, '5m'>;
const ranges = ['1h', '8h', '7d'] as const satisfies readonly TopicRange[];

const shapes: Readonly<Record<TopicRange, { readonly stepSeconds: number; readonly spanSeconds: number }>> = {
  '1h': { stepSeconds: 60, spanSeconds: 3600 },
  '8h': { stepSeconds: 60, spanSeconds: 28_800 },
  '7d': { stepSeconds: 3600, spanSeconds: 604_800 },
};

const noPoints: readonly TopicPoint[] = [];

/** Rates, drops and latency of one topic over time. */
export function HistoryTab({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const [range, setRange] = useState<TopicRange>('1h');
  const { stepSeconds, spanSeconds } = shapes[range];
  const query = useQuery({
    queryKey: ['topic-history', topic.id, range],
    queryFn: ({ signal }) =>
      ask<readonly TopicPoint[]>(`/api/stats/topics/${topic.id}/history`, { query: { range }, signal }),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  const points = query.data ?? noPoints;
  const times = useMemo(() => points.map(({ ts }) => ts), [points]);
  const column = (read: (point: TopicPoint) => number | null) => points.map(read);
  const to = Math.floor(useStore(now) / 1000);
  const shared = {
    times,
    from: to - spanSeconds,
    to,
    format: compact,
    emptyText: t('dashboard.charts.empty'),
    height: 180,
  };
  if (query.error !== null && points.length === 0) {
    return <Problem failure={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      <SegmentedControl
        className={classNames.range}
        aria-label={t('ranges.label')}
        value={range}
        onChange={setRange}
        data={ranges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
      />
      {query.data === undefined && <Loading />}
      {query.data?.length === 0 && (
        <Panel>
          <Empty text={t('topic.noHistory')} />
        </Panel>
      )}
      {points.length > 0 && (
        <Panel className={classNames.history}>
          <TimeChart
            {...shared}
            title={t('dashboard.charts.messages')}
            unit={t('units.perSecond')}
            lines={[
              {
                label: t('fields.in'),
                values: column((point) => point.msg_count / stepSeconds),
                colour: 1,
              },
              {
                label: t('fields.out'),
                values: column((point) => point.delivered_count / stepSeconds),
                colour: 2,
              },
            ]}
          />
          <TimeChart
            {...shared}
            title={t('fields.dropped')}
            unit={t('units.perSecond')}
            lines={[
              {
                label: t('fields.dropped'),
                values: column((point) => point.dropped_count / stepSeconds),
                colour: 3,
              },
            ]}
          />
          <TimeChart
            {...shared}
            title={t('fields.brokerLatency')}
            unit="µs"
            lines={[
              { label: 'P50', values: column((point) => point.broker_p50_us), colour: 1 },
              { label: 'P99', values: column((point) => point.broker_p99_us), colour: 3 },
            ]}
          />
          <TimeChart
            {...shared}
            title={t('fields.publisherLatency')}
            unit="ms"
            lines={[
              { label: 'P50', values: column((point) => point.publisher_p50_ms), colour: 1 },
              { label: 'P99', values: column((point) => point.publisher_p99_ms), colour: 3 },
            ]}
          />
        </Panel>
      )}
    </>
  );
}
