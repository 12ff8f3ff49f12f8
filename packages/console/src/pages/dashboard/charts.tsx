import { useTranslation } from 'react-i18next';
import { compact } from '../../format/number.js';
import { Problem } from '../../parts/problem.js';
import { type ChartLine, TimeChart } from '../../parts/time-chart.js';
import classNames from './dashboard.module.css';
import type { SystemHistory } from './use-system-history.js';

interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
}

/** The figures of the broker over time. */
export function Charts({ history }: { readonly history: SystemHistory }) {
  const { t } = useTranslation();
  const { series, from, to } = history;
  const charts: readonly Chart[] = [
    {
      title: t('dashboard.charts.messages'),
      unit: t('units.perSecond'),
      lines: [
        { label: t('fields.in'), values: series.messagesIn, colour: 1 },
        { label: t('fields.out'), values: series.messagesOut, colour: 2 },
      ],
    },
    {
      title: t('dashboard.charts.bytes'),
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
    {
      title: t('fields.brokerLatency'),
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
  if (history.failure !== null && series.times.length === 0) {
    return <Problem failure={history.failure} onRetry={history.retry} />;
  }
  return (
    <div className={classNames.charts}>
      {charts.map((chart) => (
        <TimeChart
          key={chart.title}
          title={chart.title}
          unit={chart.unit}
          lines={chart.lines}
          times={series.times}
          from={from}
          to={to}
          format={compact}
          emptyText={t('dashboard.charts.empty')}
        />
      ))}
    </div>
  );
}
