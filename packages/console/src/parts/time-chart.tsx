import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { axisSpacePx, axisTimes } from '../format/axis-times.js';
import { onClock } from '../format/clock.js';
import classNames from './time-chart.module.css';
import { useSize } from './use-size.js';

export interface ChartLine {
  readonly label: string;
  /** One value for each time; null is a gap. */
  readonly values: readonly (number | null)[];
  readonly colour: 1 | 2 | 3 | 4;
}

export interface TimeChartProps {
  readonly title: string;
  readonly unit: string;
  /** Unix seconds, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  /** The ends of the time axis, Unix seconds. */
  readonly from: number;
  readonly to: number;
  readonly format: (value: number | null | undefined) => string;
  readonly emptyText: string;
  readonly height?: number;
  /** Called with the time that the viewer has dragged over, Unix seconds; with null after a double click. */
  readonly onZoom?: (range: readonly [number, number] | null) => void;
}

/** A drag over fewer pixels is a click. */
const dragMinPx = 8;

/** Charts with this key share one cursor. */
const cursorKey = 'time';

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const timeSpace = (_chart: uPlot, _axis: number, from: number, to: number, widthPx: number): number =>
  axisSpacePx(to - from, widthPx);

function axes(format: TimeChartProps['format']): uPlot.Axis[] {
  const common = { stroke: css('--text-3'), font: `11px ${css('--font')}`, ticks: { show: false } };
  const grid = { stroke: css('--grid'), width: 1 };
  return [
    {
      ...common,
      grid: { show: false },
      size: 26,
      gap: 7,
      space: timeSpace,
      values: (_chart, splits) => axisTimes(splits),
    },
    { ...common, grid, size: 44, gap: 4, space: 28, values: (_chart, splits) => splits.map((value) => format(value)) },
  ];
}

/** Indexes of values without a neighbour. No line goes through such a value, so it is drawn as a point. */
function lonely(chart: uPlot, seriesIndex: number): number[] {
  const values = chart.data[seriesIndex] ?? [];
  const isThere = (index: number): boolean => values[index] !== null && values[index] !== undefined;
  return Array.from(values.keys()).filter((index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1));
}

function seriesOf(lines: readonly ChartLine[]): uPlot.Series[] {
  return lines.map(({ label, colour }, index) => ({
    label,
    stroke: css(`--series-${colour}`),
    width: 1.5,
    points: { show: true, size: 4, filter: lonely },
    spanGaps: false,
    ...(index === 0 && colour === 1 ? { fill: css('--series-fill') } : {}),
  }));
}

const top = (_chart: uPlot, _least: number, most: number): uPlot.Range.MinMax => [0, most > 0 ? most * 1.12 : 1];

interface Setup {
  readonly lines: readonly ChartLine[];
  readonly format: TimeChartProps['format'];
  readonly range: React.RefObject<readonly [number, number]>;
  readonly onCursor: (index: number | null) => void;
  readonly onDrag: (from: number, to: number) => void;
}

/** Reports what was dragged over, and removes the mark of it: the chart shows that time from then on. */
function endDrag(chart: uPlot, onDrag: Setup['onDrag']): void {
  const { left, width } = chart.select;
  if (width < dragMinPx) return;
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onDrag(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
}

function optionsOf({ lines, format, range, onCursor, onDrag }: Setup, width: number, height: number): uPlot.Options {
  return {
    width,
    height,
    padding: [8, 18, 0, 0],
    // The fields of the date are read, not its moment: they are those of the clock of the page.
    tzDate: (seconds) => wallClock(seconds),
    legend: { show: false },
    cursor: { sync: { key: cursorKey }, drag: { x: true, y: false, setScale: false }, points: { size: 5 }, y: false },
    scales: { x: { range: () => [...range.current] as uPlot.Range.MinMax }, y: { range: top } },
    axes: axes(format),
    series: [{}, ...seriesOf(lines)],
    hooks: {
      setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)],
      setSelect: [(chart) => endDrag(chart, onDrag)],
    },
  };
}

/** A local date with the fields of the page's clock. */
function wallClock(seconds: number): Date {
  const shown = onClock(new Date(seconds * 1000));
  return new Date(shown.getTime() + shown.getTimezoneOffset() * 60_000);
}

function Legend(props: { readonly chart: TimeChartProps; readonly index: number | null }) {
  const { lines, times, format } = props.chart;
  const at = props.index !== null && props.index < times.length ? props.index : times.length - 1;
  return (
    <div className={classNames.legend}>
      {lines.map((line) => (
        <span key={line.label} className={classNames.entry}>
          <i style={{ background: `var(--series-${line.colour})` }} />
          {line.label} <b className="figure">{format(line.values[at])}</b>
        </span>
      ))}
    </div>
  );
}

/** Lines over time. All charts of a page share the time axis and the cursor. */
export function TimeChart(props: TimeChartProps) {
  const { title, unit, times, lines, from, to, format, emptyText, height = 132, onZoom } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const range = useRef<readonly [number, number]>([from, to]);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const [cursor, setCursor] = useState<number | null>(null);
  const { width } = useSize(box);
  const scheme = useComputedColorScheme();
  const shape = `${scheme} ${lines.map(({ label, colour }) => label + colour).join()}`;
  const data = useMemo(
    () => [times, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData,
    [times, lines],
  );
  const isEmpty = times.length === 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` covers the look of the lines; their values are set below.
  useEffect(() => {
    if (box.current === null || width === 0 || isEmpty) return;
    const onDrag: Setup['onDrag'] = (start, end) => zoom.current?.([start, end]);
    const setup = { lines, format, range, onCursor: setCursor, onDrag };
    const made = new uPlot(optionsOf(setup, width, height), data, box.current);
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, [shape, width, height, isEmpty]);

  useEffect(() => {
    range.current = [from, to];
    chart.current?.setData(data, true);
  }, [data, from, to]);

  return (
    <figure className={classNames.chart} aria-label={`${title}, ${unit}`}>
      <figcaption className={classNames.head}>
        <span className={classNames.title}>
          {title} <span className="muted">{unit}</span>
        </span>
        {!isEmpty && <Legend chart={props} index={cursor} />}
      </figcaption>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button above the charts does the same. */}
      <div ref={box} className={classNames.box} style={{ height }} onDoubleClick={() => onZoom?.(null)}>
        {isEmpty && <p className={classNames.empty}>{emptyText}</p>}
      </div>
    </figure>
  );
}
