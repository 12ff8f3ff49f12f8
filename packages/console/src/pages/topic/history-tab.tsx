import { SegmentedControl } from '@mantine/core';
import type { ApiTopic, HistoryRange, TopicPoint } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { now } from '../../live/now.js';
import { type Chart, ChartGroup } from '../../parts/chart-group.js';
import { Empty } from '../../parts/empty.js';
import { Panel } from '../../parts/panel.js';
import { Unloaded } from '../../parts/unloaded.js';
import { useStore } from '../../state/use-store.js';
import classNames from './topic.module.css';

type TopicRange = Exclude<HistoryRange, '5m'>;
const ranges = ['1h', '8h', '7d'] as const satisfies readonly TopicRange[];

const shapes: Readonly<Record<TopicRange, { readonly stepSeconds: number; readonly spanSeconds: number }>> = {
  '1h': { stepSeconds: 60, spanSeconds: 3600 },
  '8h': { stepSeconds: 60, spanSeconds: 28_800 },
  '7d': { stepSeconds: 3600, spanSeconds: 604_800 },
};

/** Rates and drops per second, and latencies, from points that each stand for `stepSeconds`. */
function chartsOf(t: TFunction, points: readonly TopicPoint[], stepSeconds: number): readonly Chart[] {
  const column = (read: (point: TopicPoint) => number | null) => points.map(read);
  return [
    {
      title: t('dashboard.charts.messages'),
      unit: t('units.perSecond'),
      lines: [
        { label: t('fields.in'), values: column((point) => point.msg_count / stepSeconds), colour: 1 },
        { label: t('fields.out'), values: column((point) => point.delivered_count / stepSeconds), colour: 2 },
      ],
    },
    {
      title: t('fields.dropped'),
      unit: t('units.perSecond'),
      lines: [{ label: t('fields.dropped'), values: column((point) => point.dropped_count / stepSeconds), colour: 3 }],
    },
    {
      title: t('fields.brokerLatency'),
      unit: 'µs',
      lines: [
        { label: 'P50', values: column((point) => point.broker_p50_us), colour: 1 },
        { label: 'P99', values: column((point) => point.broker_p99_us), colour: 3 },
      ],
    },
    {
      title: t('fields.publisherLatency'),
      unit: 'ms',
      lines: [
        { label: 'P50', values: column((point) => point.publisher_p50_ms), colour: 1 },
        { label: 'P99', values: column((point) => point.publisher_p99_ms), colour: 3 },
      ],
    },
  ];
}

/** The charts of one range. They end now, not at the last point. */
function HistoryCharts({ points, range }: { readonly points: readonly TopicPoint[]; readonly range: TopicRange }) {
  const { t } = useTranslation();
  const { stepSeconds, spanSeconds } = shapes[range];
  const charts = useMemo(() => chartsOf(t, points, stepSeconds), [t, points, stepSeconds]);
  const times = useMemo(() => points.map(({ ts }) => ts), [points]);
  const to = Math.floor(useStore(now) / 1000);
  return (
    <Panel className={classNames.history}>
      <ChartGroup charts={charts} times={times} from={to - spanSeconds} to={to} height={180} />
    </Panel>
  );
}

/** Rates, drops and latency of one topic over time. */
export function HistoryTab({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const [range, setRange] = useState<TopicRange>('1h');
  const query = useQuery({
    queryKey: ['topic-history', topic.id, range],
    queryFn: ({ signal }) =>
      ask<readonly TopicPoint[]>(`/api/stats/topics/${topic.id}/history`, { query: { range }, signal }),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <SegmentedControl
        className={classNames.range}
        aria-label={t('ranges.label')}
        value={range}
        onChange={setRange}
        data={ranges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
      />
      {query.data === undefined && <Unloaded query={query} />}
      {query.data?.length === 0 && (
        <Panel>
          <Empty text={t('topic.noHistory')} />
        </Panel>
      )}
      {query.data !== undefined && query.data.length > 0 && <HistoryCharts points={query.data} range={range} />}
    </>
  );
}
