import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { preferences } from '../../state/preferences.js';
import { useStore } from '../../state/use-store.js';
import { ZoomBar } from '../zoom-bar.js';
import type { PriceSeries } from './bars.js';
import classNames from './payload.module.css';
import { timesOf } from './price-chart-series.js';
import { PriceChartView, type View } from './price-chart-view.js';
import { PriceReading, readingTime } from './price-reading.js';

function spoken(series: PriceSeries): string {
  const last = series.kind === 'candles' ? series.bars.at(-1)?.close : series.points.at(-1)?.price;
  return `${timesOf(series).length}, ${exact(last)}`;
}

const isSame = (one: View, other: View): boolean => one?.[0] === other?.[0] && one?.[1] === other?.[1];

/**
 * Candles with volume, or a line of prices, in the viewer's colours for up and down, with the values at the cross-hair. A drag zooms; a
 * double click shows the whole series again.
 */
export function PriceChart({ series, height = 320 }: { readonly series: PriceSeries; readonly height?: number }) {
  const { t, i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const { priceColours } = useStore(preferences);
  const [cursor, setCursor] = useState<number | null>(null);
  const [view, setView] = useState<View>(null);
  const chart = useRef<PriceChartView>(undefined);
  const rowNames = useRef(series.rowNames);
  rowNames.current = series.rowNames;
  const { kind, hasTime } = series;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page when these change.
  useEffect(() => {
    if (box.current === null) return;
    const rowName = hasTime ? null : (row: number) => rowNames.current?.[row] ?? `#${row}`;
    const locale = i18n.language === 'zh' ? 'zh-CN' : 'en-US';
    const onView = (next: View): void => setView((last) => (isSame(last, next) ? last : next));
    const looks = { kind, rowName, locale, markClass: classNames.dragged! };
    const made = new PriceChartView(box.current, { ...looks, onCursor: setCursor, onView });
    chart.current = made;
    made.set(series);
    return () => {
      chart.current = undefined;
      made.remove();
    };
  }, [kind, hasTime, scheme, priceColours, i18n.language]);

  useEffect(() => chart.current?.set(series), [series]);

  const showWhole = (): void => chart.current?.showWhole();
  const count = timesOf(series).length;
  const ends = view !== null && view[1] < count ? view.map((index) => readingTime(series, index)) : null;
  return (
    <div className={classNames.priceChart}>
      <PriceReading series={series} at={cursor} />
      {ends !== null && <ZoomBar from={ends[0]!} to={ends[1]!} onReset={showWhole} />}
      <div
        ref={box}
        role="img"
        aria-label={`${t(`payload.${series.kind}`)}: ${spoken(series)}`}
        className={classNames.prices}
        style={{ height }}
        onDoubleClick={showWhole}
      />
    </div>
  );
}
