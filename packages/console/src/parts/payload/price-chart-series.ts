import {
  AreaSeries,
  CandlestickSeries,
  HistogramSeries,
  type IChartApi,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { offsetMinutes } from '../../format/clock.js';
import type { Bar, PriceSeries } from './bars.js';

/** A colour of the page, by its name in the style sheets. */
export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const daySeconds = 86_400;
const minuteSeconds = 60;

export const timesOf = (series: PriceSeries): readonly number[] =>
  (series.kind === 'candles' ? series.bars : series.points).map(({ time }) => time);

/**
 * Whether all times are dates: midnights in UTC. Where the length of a bar is known, it tells: one bar of a minute may begin at midnight.
 */
export const areDates = (series: PriceSeries): boolean =>
  (series.barSeconds ?? daySeconds) >= daySeconds && timesOf(series).every((time) => time % daySeconds === 0);

/**
 * Whether the times are shown as they are: row numbers, times without a zone, and dates. All others are shown by the clock of the page.
 */
export const isAsWritten = (series: PriceSeries): boolean => !series.hasTime || series.isWallClock || areDates(series);

/** Converts the times of a series for the chart, which draws UTC. */
export function timeOfSeries(series: PriceSeries): (time: number) => UTCTimestamp {
  if (isAsWritten(series)) return (time) => time as UTCTimestamp;
  return (time) => (time + offsetMinutes(new Date(time * 1000)) * 60) as UTCTimestamp;
}

/** Whether two neighbours are less than a minute apart: then the axis shows seconds. */
export function hasSeconds(series: PriceSeries): boolean {
  const times = timesOf(series);
  return series.hasTime && times.some((time, index) => index > 0 && time - times[index - 1]! < minuteSeconds);
}

/** The series of one chart. */
export interface Plot {
  /** Sets the data. The series must have the kind that the chart was created for. */
  set(series: PriceSeries): void;
  /** The index of the bar or the point at a time of the chart; undefined where there is none. */
  indexAt(time: Time | undefined): number | undefined;
  /** The widest bar, pixels, while the whole series is shown; 0 for any width. */
  readonly barMaxPx: number;
}

/** The indexes of the times of a series, as the chart has them. */
class Indexes {
  #byTime = new Map<Time, number>();

  set(times: readonly Time[]): void {
    this.#byTime = new Map(times.map((time, index) => [time, index]));
  }

  readonly at = (time: Time | undefined): number | undefined =>
    time === undefined ? undefined : this.#byTime.get(time);
}

/** The widest candle, pixels: a dozen of them must not become slabs. */
const candleMaxPx = 22;

export function addCandles(chart: IChartApi): Plot {
  chart.applyOptions({ timeScale: { maxBarSpacing: candleMaxPx } });
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
  const indexes = new Indexes();
  const set = (series: PriceSeries): void => {
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
    indexes.set(bars.map(({ time }) => timeOf(time)));
  };
  return { set, indexAt: indexes.at, barMaxPx: candleMaxPx };
}

export function addLine(chart: IChartApi): Plot {
  const lineColor = css('--series-1');
  const line = chart.addSeries(AreaSeries, {
    lineColor,
    lineWidth: 2,
    topColor: `${lineColor}30`,
    bottomColor: `${lineColor}00`,
  });
  const indexes = new Indexes();
  const set = (series: PriceSeries): void => {
    if (series.kind !== 'line') return;
    const timeOf = timeOfSeries(series);
    line.setData(series.points.map(({ time, price }) => ({ time: timeOf(time), value: price })));
    indexes.set(series.points.map(({ time }) => timeOf(time)));
  };
  return { set, indexAt: indexes.at, barMaxPx: 0 };
}
