/** Values that fit the width. */
const slots = 30;

/** A line of the last values without axes, the newest on the right, scaled to the highest of them. */
export function Sparkline({
  values,
  width = 88,
  height = 18,
}: {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
}) {
  const top = Math.max(1e-9, ...values);
  const step = width / (slots - 1);
  const points = values.slice(-slots).map((value, index, shown) => {
    const x = width - (shown.length - 1 - index) * step;
    const y = height - 1 - (Math.max(0, value) / top) * (height - 2);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      {points.length > 1 && (
        <polyline points={points.join(' ')} fill="none" stroke="var(--series-1)" strokeWidth="1.25" />
      )}
    </svg>
  );
}
