import { lagSeconds } from '../format/lag.js';
import { exact } from '../format/number.js';

/** A lag in seconds, without its unit; the milliseconds on hover. */
export function Lag({ ms }: { readonly ms: number | null | undefined }) {
  return (
    <span className="figure num" title={`${exact(ms)} ms`}>
      {lagSeconds(ms)}
    </span>
  );
}
