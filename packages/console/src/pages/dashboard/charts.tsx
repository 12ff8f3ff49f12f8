import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { type Chart, ChartGroup } from '../../parts/chart-group.js';
import { Problem } from '../../parts/problem.js';
import classNames from './dashboard.module.css';
import type { SystemSeries } from './system-series.js';
import type { SystemHistory } from './use-system-history.js';

/** What flows through the broker, and what it drops. */
const trafficCharts = (t: TFunction, series: SystemSeries): readonly Chart[] => [
  {
    title: t('dashboard.charts.messages'),
    unit: t('units.perSecond'),
    lines: [
      { label: t('fields.in'), values: series.messagesIn, colour: 1 },
      { label: t('fields.out'), values: series.messagesOut, colour: 2 },
    ],
  },
  {
    title: t('fields.throughput'),
    unit: 'B/s',
    lines: [
      { label: t('fields.in'), values: series.bytesIn, colour: 1 },
      { label: t('fields.out'), values: series.bytesOut, colour: 2 },
    ],
  },
  {
    title: t('fields.dropped'),
    unit: t('units.perSecond'),
    lines: [{ label: t('fields.dropped'), values: series.dropped, colour: 3 }],
  },
];

const latencyCharts = (t: TFunction, series: SystemSeries): readonly Chart[] => [
  {
    title: t('fields.latency'),
    unit: 'µs',
    lines: [
      { label: 'P50', values: series.brokerP50, colour: 1 },
      { label: 'P95', values: series.brokerP95, colour: 2 },
      { label: 'P99', values: series.brokerP99, colour: 3 },
    ],
  },
  {
    title: t('fields.publisherLatency'),
    unit: 'ms',
    lines: [
      { label: 'P50', values: series.publisherP50, colour: 1 },
      { label: 'P99', values: series.publisherP99, colour: 3 },
    ],
  },
];

/** The process itself: its event loop, memory and connections. */
const processCharts = (t: TFunction, series: SystemSeries): readonly Chart[] => [
  {
    title: t('dashboard.charts.lag'),
    unit: 'ms',
    lines: [{ label: t('dashboard.charts.engine'), values: series.loopLag, colour: 4 }],
  },
  {
    title: t('dashboard.charts.memory'),
    unit: 'MB',
    lines: [{ label: t('dashboard.charts.memory'), values: series.memory, colour: 1 }],
  },
  {
    title: t('dashboard.charts.connections'),
    unit: '',
    lines: [
      { label: t('dashboard.charts.open'), values: series.connections, colour: 1 },
      { label: t('dashboard.charts.users'), values: series.users, colour: 2 },
    ],
  },
];

/** The figures of the broker over time. */
export function Charts({ history }: { readonly history: SystemHistory }) {
  const { t } = useTranslation();
  const { series, from, to, failure, retry } = history;
  if (failure !== null && series.times.length === 0) return <Problem failure={failure} onRetry={retry} />;
  const charts = [...trafficCharts(t, series), ...latencyCharts(t, series), ...processCharts(t, series)];
  return (
    <div className={classNames.charts}>
      <ChartGroup charts={charts} times={series.times} from={from} to={to} />
    </div>
  );
}
