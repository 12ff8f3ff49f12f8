import { useTranslation } from 'react-i18next';
import { compact } from '../format/number.js';
import { type ChartLine, TimeChart, type TimeChartProps } from './time-chart.js';

/** One chart of a group. Titles are unique in their group. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
}

/** Charts over the same times. */
export function ChartGroup(
  props: { readonly charts: readonly Chart[] } & Pick<TimeChartProps, 'times' | 'from' | 'to' | 'height'>,
) {
  const { t } = useTranslation();
  const { charts, ...shared } = props;
  return charts.map((chart) => (
    <TimeChart key={chart.title} {...shared} {...chart} format={compact} emptyText={t('dashboard.charts.empty')} />
  ));
}
