import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { compact } from '../format/number.js';
import { clockText, dateTimeText } from '../format/time.js';
import { type ChartLine, TimeChart, type TimeChartProps } from './time-chart.js';
import { ZoomBar } from './zoom-bar.js';

/** One chart of a group. Titles are unique in their group. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
}

type Range = readonly [number, number];

/** The time that the viewer has dragged over, until another span is chosen. */
function useZoom(spanSeconds: number) {
  const [zoom, setZoom] = useState<{ readonly spanSeconds: number; readonly range: Range } | null>(null);
  const set = useCallback(
    (range: Range | null) => setZoom(range === null ? null : { spanSeconds, range }),
    [spanSeconds],
  );
  return [zoom?.spanSeconds === spanSeconds ? zoom.range : null, set] as const;
}

const daySeconds = 86_400;

/** The ends of a range as times of the page's clock, with the date when it is longer than a day. */
function textsOf(range: Range): { readonly from: string; readonly to: string } {
  const text = range[1] - range[0] > daySeconds ? dateTimeText : clockText;
  const [from, to] = range.map((seconds) => text(new Date(seconds * 1000)));
  return { from: from!, to: to! };
}

/** Charts over the same times, with one cursor. A drag over one of them zooms all; a double click shows the whole range again. */
export function ChartGroup(
  props: { readonly charts: readonly Chart[] } & Pick<TimeChartProps, 'times' | 'from' | 'to' | 'height'>,
) {
  const { t } = useTranslation();
  const { charts, from, to, ...shared } = props;
  const [zoom, setZoom] = useZoom(to - from);
  const [start, end] = zoom ?? [from, to];
  return (
    <>
      {zoom !== null && <ZoomBar {...textsOf(zoom)} onReset={() => setZoom(null)} />}
      {charts.map((chart) => (
        <TimeChart
          key={chart.title}
          {...shared}
          {...chart}
          from={start}
          to={end}
          format={compact}
          emptyText={t('dashboard.charts.empty')}
          onZoom={setZoom}
        />
      ))}
    </>
  );
}
