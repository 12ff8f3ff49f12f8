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
import type { Bar, PriceSeries } from './bars.js';
import classNames from './payload.module.css';

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const daySeconds = 86_400;

/** The chart draws UTC. A time with a zone is shifted to the viewer's zone; a date, or a time without a zone, is not. */
function shown(time: number, isAsWritten: boolean): UTCTimestamp {
  if (isAsWritten) return time as UTCTimestamp;
  return (time - new Date(time * 1000).getTimezoneOffset() * 60) as UTCTimestamp;
}

/** The label of a row on the axis; null when the axis shows times. */
type RowName = ((row: number) => string) | null;

function optionsOf(rowName: RowName, locale: string): DeepPartial<ChartOptions> {
  const line = css('--line');
  const named = (time: unknown): string => rowName?.(Number(time)) ?? '';
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
      ...(rowName === null ? {} : { tickMarkFormatter: named }),
    },
    localization: { locale, dateFormat: 'yyyy-MM-dd', ...(rowName === null ? {} : { timeFormatter: named }) },
  };
}

/** Sets the data of a chart. The series must have the kind that the chart was created for. */
type Setter = (series: PriceSeries) => void;

const timesOf = (series: PriceSeries): readonly number[] =>
  (series.kind === 'candles' ? series.bars : series.points).map(({ time }) => time);

/** Converts the times of a series. A series with only midnights has dates. */
function timeOfSeries(series: PriceSeries): (time: number) => UTCTimestamp {
  const isAsWritten = !series.hasTime || series.isWallClock || timesOf(series).every((time) => time % daySeconds === 0);
  return (time) => shown(time, isAsWritten);
}

function addCandles(chart: IChartApi): Setter {
  const upColor = css('--rise');
  const downColor = css('--fall');
  const edges = { borderUpColor: upColor, borderDownColor: downColor, wickUpColor: upColor, wickDownColor: downColor };
  const candles = chart.addSeries(CandlestickSeries, { upColor, downColor, ...edges });
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.26 } });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    priceLineVisible: false,
    lastValueVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
  return (series) => {
    if (series.kind !== 'candles') return;
    const timeOf = timeOfSeries(series);
    const { bars } = series;
    candles.setData(bars.map(({ time, open, high, low, close }) => ({ time: timeOf(time), open, high, low, close })));
    const traded = bars.filter((bar): bar is Bar & { readonly volume: number } => bar.volume !== null);
    volume.setData(
      traded.map(({ time, open, close, volume: value }) => ({
        time: timeOf(time),
        value,
        color: `${close >= open ? upColor : downColor}80`,
      })),
    );
  };
}

function addLine(chart: IChartApi): Setter {
  const lineColor = css('--series-1');
  const line = chart.addSeries(AreaSeries, {
    lineColor,
    lineWidth: 2,
    topColor: `${lineColor}30`,
    bottomColor: `${lineColor}00`,
  });
  return (series) => {
    if (series.kind !== 'line') return;
    const timeOf = timeOfSeries(series);
    line.setData(series.points.map(({ time, price }) => ({ time: timeOf(time), value: price })));
  };
}

function spoken(series: PriceSeries): string {
  const last = series.kind === 'candles' ? series.bars.at(-1)?.close : series.points.at(-1)?.price;
  return `${timesOf(series).length}, ${exact(last)}`;
}

/** Candles with volume, or a line of prices, in the viewer's colours for up and down. */
export function PriceChart({ series, height = 320 }: { readonly series: PriceSeries; readonly height?: number }) {
  const { t, i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const { priceColours } = useStore(preferences);
  const setSeries = useRef<Setter>(undefined);
  const rowNames = useRef(series.rowNames);
  rowNames.current = series.rowNames;
  const { kind, hasTime } = series;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page when these change.
  useEffect(() => {
    if (box.current === null) return;
    const within = box.current;
    const rowName = hasTime ? null : (row: number) => rowNames.current?.[row] ?? `#${row}`;
    const chart = createChart(within, optionsOf(rowName, i18n.language === 'zh' ? 'zh-CN' : 'en-US'));
    const set = kind === 'candles' ? addCandles(chart) : addLine(chart);
    // The whole series is visible until the viewer scrolls or zooms.
    let isMoved = false;
    const onMove = (): void => {
      isMoved = true;
    };
    within.addEventListener('wheel', onMove, { passive: true });
    within.addEventListener('pointerdown', onMove);
    setSeries.current = (next) => {
      set(next);
      if (!isMoved) chart.timeScale().fitContent();
    };
    setSeries.current(series);
    return () => {
      within.removeEventListener('wheel', onMove);
      within.removeEventListener('pointerdown', onMove);
      setSeries.current = undefined;
      chart.remove();
    };
  }, [kind, hasTime, scheme, priceColours, i18n.language]);

  useEffect(() => setSeries.current?.(series), [series]);

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
