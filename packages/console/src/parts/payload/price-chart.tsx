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

/** Shows a series of the kind the chart was made for. */
type Setter = (series: PriceSeries) => void;

const timesOf = (series: PriceSeries): readonly number[] =>
  (series.kind === 'candles' ? series.bars : series.points).map(({ time }) => time);

/** How a series' times are drawn; midnights only are dates. */
function timeOfSeries(series: PriceSeries): (time: number) => UTCTimestamp {
  const areDates = !series.hasTime || timesOf(series).every((time) => time % daySeconds === 0);
  return (time) => shown(time, areDates);
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

/** Candles with volume, or a line of prices. Up and down have the reader's colours. */
export function PriceChart({ series, height = 320 }: { readonly series: PriceSeries; readonly height?: number }) {
  const { t, i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const { priceColours } = useStore(preferences);
  const setSeries = useRef<Setter>(undefined);
  const { kind, hasTime } = series;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page when these change.
  useEffect(() => {
    if (box.current === null) return;
    const chart = createChart(box.current, optionsOf(hasTime, i18n.language === 'zh' ? 'zh-CN' : 'en-US'));
    const set = kind === 'candles' ? addCandles(chart) : addLine(chart);
    set(series);
    chart.timeScale().fitContent();
    setSeries.current = set;
    return () => {
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
