import { compact, exact } from '../format/number.js';

/** A short number, with the exact one on hover. The page greys it while the broker does not answer. */
export function Figure({
  value,
  unit,
}: {
  readonly value: number | null | undefined;
  readonly unit?: string | undefined;
}) {
  const title = unit === undefined ? exact(value) : `${exact(value)} ${unit}`;
  return (
    <span className="figure num" title={title}>
      {compact(value)}
    </span>
  );
}
