import { compact, exact } from '../format/number.js';

/** A number, short, with the exact one on hover. Greyed by the page when the broker is away. */
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
