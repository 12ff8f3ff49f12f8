import { useComputedColorScheme } from '@mantine/core';
import {
  AreaSeries,
  CandlestickSeries,
  type ChartOptions,
  createChart,
  type DeepPartial,
  HistogramSeries,
  type IChartApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { preferences } from '../../state/preferences.js';
import { useStore } from '../../state/use-store.js';
import type { Bar, PricePoint, PriceSeries } from './bars.js';
import classNames from './payload.module.css';

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const daySeconds = 86_400;

/** The chart draws UTC; what has a time of day is moved to the reader's zone, what is a date stays that date. */
function shown(time: number, areDates: boolean): UTCTimestamp {
  if (areDates) return time as UTCTimestamp;
  return (time - new Date(time * 1000).getTimezoneOffset() * 60) as UTCTimestamp;
}

function optionsOf(hasTime: boolean, locale: string): DeepPartial<ChartOptions> {
  const line = css('--line');
  const plain = { timeFormatter: (time: unknown) => `#${String(time)}` };
  return {
    autoSize: true,
    layout: {
      background: { color: css('--surface') },
      textColor: css('--text-2'),
      fontFamily: css('--font'),
      fontSize: 11,
      attributionLogo: false,
    },
    grid: { vertLines: { color: css('--grid') }, horzLines: { color: css('--grid') } },
    rightPriceScale: { borderColor: line },
    timeScale: {
      borderColor: line,
      timeVisible: true,
      secondsVisible: false,
      ...(hasTime ? {} : { tickMarkFormatter: (time: unknown) => String(time) }),
    },
    localization: { locale, dateFormat: 'yyyy-MM-dd', ...(hasTime ? {} : plain) },
  };
}

function addCandles(chart: IChartApi, bars: readonly Bar[], timeOf: (time: number) => UTCTimestamp): void {
  const rise = css('--rise');
  const fall = css('--fall');
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: rise,
    downColor: fall,
    borderUpColor: rise,
    borderDownColor: fall,
    wickUpColor: rise,
    wickDownColor: fall,
  });
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.26 } });
  candles.setData(bars.map(({ time, open, high, low, close }) => ({ time: timeOf(time), open, high, low, close })));
  if (!bars.some(({ volume }) => volume !== null)) return;
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    priceLineVisible: false,
    lastValueVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
  volume.setData(
    bars.map((bar) => ({
      time: timeOf(bar.time),
      value: bar.volume ?? 0,
      color: `${bar.close >= bar.open ? rise : fall}80`,
    })),
  );
}

function addLine(chart: IChartApi, points: readonly PricePoint[], timeOf: (time: number) => UTCTimestamp): void {
  const colour = css('--series-1');
  const line = chart.addSeries(AreaSeries, {
    lineColor: colour,
    lineWidth: 2,
    topColor: `${colour}30`,
    bottomColor: `${colour}00`,
  });
  line.setData(points.map(({ time, price }) => ({ time: timeOf(time), value: price })));
}

const timesOf = (series: PriceSeries): readonly number[] =>
  (series.kind === 'candles' ? series.bars : series.points).map(({ time }) => time);

function draw(chart: IChartApi, series: PriceSeries): void {
  const areDates = !series.hasTime || timesOf(series).every((time) => time % daySeconds === 0);
  const timeOf = (time: number): UTCTimestamp => shown(time, areDates);
  if (series.kind === 'candles') addCandles(chart, series.bars, timeOf);
  else addLine(chart, series.points, timeOf);
  chart.timeScale().fitContent();
}

function spoken(series: PriceSeries): string {
  const last = series.kind === 'candles' ? series.bars.at(-1)?.close : series.points.at(-1)?.price;
  return `${timesOf(series).length}, ${exact(last)}`;
}

/** Candles with volume, or a line of prices. Up and down have the reader's colours. */
export function PriceChart({ series, height = 320 }: { readonly series: PriceSeries; readonly height?: number }) {
  const { t, i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const { priceColours } = useStore(preferences);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page when these two change.
  useEffect(() => {
    if (box.current === null) return;
    const chart = createChart(box.current, optionsOf(series.hasTime, i18n.language === 'zh' ? 'zh-CN' : 'en-US'));
    draw(chart, series);
    return () => chart.remove();
  }, [series, scheme, priceColours, i18n.language]);
  return (
    <div
      ref={box}
      role="img"
      aria-label={`${t(`payload.${series.kind}`)}: ${spoken(series)}`}
      className={classNames.prices}
      style={{ height }}
    />
  );
}
