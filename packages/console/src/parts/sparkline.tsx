/** A line without axes: the shape of the last minutes, scaled to its own highest value. */
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
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const points = values.map((value, index) => {
    const y = height - 1 - (Math.max(0, value) / top) * (height - 2);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      {points.length > 1 && (
        <polyline points={points.join(' ')} fill="none" stroke="var(--series-1)" strokeWidth="1.25" />
      )}
    </svg>
  );
}
