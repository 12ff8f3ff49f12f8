/** Values that fit the width. */
const slots = 30;

/** A line of the last values without axes, the newest on the right, scaled from 0, or from the lowest of them, to the highest. */
export function Sparkline(props: {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly colour?: string;
  /** For prices, which are far from 0. */
  readonly isFromLowest?: boolean;
}) {
  const { values, width = 88, height = 18, colour = 'var(--series-1)', isFromLowest = false } = props;
  const shown = values.slice(-slots);
  const bottom = isFromLowest ? Math.min(...shown) : 0;
  // Without a range the line is flat, at the bottom or, for a price, in the middle.
  const range = Math.max(...shown) - bottom;
  const step = width / (slots - 1);
  const points = shown.map((value, index) => {
    const x = width - (shown.length - 1 - index) * step;
    const share = range > 0 ? Math.max(0, value - bottom) / range : isFromLowest ? 0.5 : 0;
    return `${x.toFixed(1)},${(height - 1 - share * (height - 2)).toFixed(1)}`;
  });
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      {points.length > 1 && <polyline points={points.join(' ')} fill="none" stroke={colour} strokeWidth="1.25" />}
    </svg>
  );
}
