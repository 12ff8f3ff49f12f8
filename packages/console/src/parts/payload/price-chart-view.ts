import { type ChartOptions, createChart, type DeepPartial, type IChartApi } from 'lightweight-charts';
import type { PriceSeries } from './bars.js';
import { watchDrags } from './drag-range.js';
import { addCandles, addLine, css, hasSeconds, type Plot, timesOf } from './price-chart-series.js';

/** The label of a row on the axis; null when the axis shows times. */
export type RowName = ((row: number) => string) | null;

/** The indexes of the first and the last bar or point that are visible; null while the whole series is. */
export type View = readonly [first: number, last: number] | null;

/** What a chart is opened with. The functions are called when the pointer or the visible part moves. */
export interface Opening {
  readonly kind: PriceSeries['kind'];
  readonly rowName: RowName;
  readonly locale: string;
  /** The class of the mark of a drag. */
  readonly markClass: string;
  readonly onCursor: (index: number | null) => void;
  readonly onView: (view: View) => void;
}

/** Characters of the label of a row: a time with milliseconds. */
const rowNameLength = 12;

function optionsOf({ kind, rowName, locale }: Opening): DeepPartial<ChartOptions> {
  const line = css('--line');
  const named = (time: unknown): string => rowName?.(Number(time)) ?? '';
  return {
    autoSize: true,
    // A drag of the mouse zooms, as in the other charts. The wheel and touches still scroll.
    handleScroll: { pressedMouseMove: false },
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
      // A label at an edge that is fixed is not cut. A few candles do not reach the left edge: they have a greatest width.
      fixLeftEdge: kind === 'line',
      fixRightEdge: true,
      ...(rowName === null ? {} : { tickMarkFormatter: named, tickMarkMaxCharacterLength: rowNameLength }),
    },
    localization: { locale, dateFormat: 'yyyy-MM-dd', ...(rowName === null ? {} : { timeFormatter: named }) },
  };
}

/** A chart of prices within an element. The whole series is visible until the viewer scrolls or zooms. */
export class PriceChartView {
  readonly #chart: IChartApi;
  readonly #plot: Plot;
  readonly #onView: Opening['onView'];
  readonly #ends = new AbortController();
  #times: readonly number[] = [];
  /** True from a scroll or a zoom until the whole series is shown again. */
  #isMoved = false;
  /** The times that were dragged over. They stay visible when bars are added, or removed at the other end. */
  #dragged: readonly [number, number] | null = null;

  constructor(within: HTMLElement, opening: Opening) {
    const { kind, markClass, onCursor, onView } = opening;
    this.#chart = createChart(within, optionsOf(opening));
    this.#plot = kind === 'candles' ? addCandles(this.#chart) : addLine(this.#chart);
    this.#onView = onView;
    this.#chart.subscribeCrosshairMove(({ time }) => onCursor(this.#plot.indexAt(time) ?? null));
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.#report());
    const { signal } = this.#ends;
    const onMove = (): void => {
      this.#isMoved = true;
      this.#dragged = null;
    };
    within.addEventListener('wheel', onMove, { passive: true, signal });
    within.addEventListener('touchmove', onMove, { passive: true, signal });
    const canBegin = (x: number, y: number): boolean => this.#isInPane(x, y, within.clientHeight);
    const removeDrags = watchDrags(within, {
      canBegin,
      markClass,
      axisPx: () => this.#chart.timeScale().height(),
      onDrag: (from, to) => this.#zoom(from, to),
    });
    signal.addEventListener('abort', removeDrags, { once: true });
    this.#fitWithin(within);
  }

  /** Sets the data. The series must have the kind that the chart was opened for. */
  set(series: PriceSeries): void {
    this.#times = timesOf(series);
    this.#chart.applyOptions({ timeScale: { secondsVisible: hasSeconds(series) } });
    this.#plot.set(series);
    if (this.#dragged !== null) this.#show(this.#dragged);
    else if (!this.#isMoved) this.#chart.timeScale().fitContent();
    this.#report();
  }

  /** Keeps the whole series visible when the element gets another width: the chart itself keeps the width of a bar. */
  #fitWithin(within: HTMLElement): void {
    const sizes = new ResizeObserver(() => {
      if (!this.#isMoved) this.#chart.timeScale().fitContent();
    });
    sizes.observe(within);
    this.#ends.signal.addEventListener('abort', () => sizes.disconnect(), { once: true });
  }

  showWhole(): void {
    this.#isMoved = false;
    this.#dragged = null;
    this.#chart.timeScale().applyOptions({ maxBarSpacing: this.#plot.barMaxPx });
    this.#chart.timeScale().fitContent();
    this.#report();
  }

  remove(): void {
    this.#ends.abort();
    this.#chart.remove();
  }

  /** Whether a place is among the bars, not on one of the axes. */
  #isInPane(x: number, y: number, height: number): boolean {
    const scale = this.#chart.timeScale();
    return x < scale.width() && y < height - scale.height();
  }

  #zoom(fromPx: number, toPx: number): void {
    const scale = this.#chart.timeScale();
    const [first, last] = [scale.coordinateToLogical(fromPx), scale.coordinateToLogical(Math.min(toPx, scale.width()))];
    const most = this.#times.length - 1;
    if (first === null || last === null || last < 0 || first > most) return;
    this.#dragged = [this.#times[Math.max(0, first)]!, this.#times[Math.min(most, last)]!];
    this.#show(this.#dragged);
  }

  /** The indexes of the bars of a time; null when it has none any more. */
  #barsOf([from, to]: readonly [number, number]): View {
    const first = this.#times.findIndex((time) => time >= from);
    const last = this.#times.findLastIndex((time) => time <= to);
    return first === -1 || last < first ? null : [first, last];
  }

  /** Shows the bars of a time, or all when it has none any more. */
  #show(dragged: readonly [number, number]): void {
    const bars = this.#barsOf(dragged);
    if (bars === null) return this.showWhole();
    const [first, last] = bars;
    this.#isMoved = true;
    // As wide as they get: exactly what was dragged over is visible.
    this.#chart.timeScale().applyOptions({ maxBarSpacing: 0 });
    this.#chart.timeScale().setVisibleLogicalRange({ from: first, to: last });
  }

  #report(): void {
    const visible = this.#visible();
    const isWhole = visible === null || (visible[0] === 0 && visible[1] === this.#times.length - 1);
    this.#onView(isWhole ? null : visible);
  }

  #visible(): View {
    // What was dragged over is known at once; the chart moves there with the next frame.
    if (this.#dragged !== null) return this.#barsOf(this.#dragged);
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    if (!this.#isMoved || range === null) return null;
    // A bar reaches half a step to both sides. What is visible in part, but not its middle, does not count.
    const most = this.#times.length - 1;
    const [first, last] = [Math.max(0, Math.ceil(range.from - 0.5)), Math.min(most, Math.floor(range.to + 0.5))];
    return first > last ? null : [first, last];
  }
}
