import { Loading } from './loading.js';
import { Problem } from './problem.js';

/** Stands in for data that has not arrived: a loader, or the failure with a retry. */
export function Unloaded({ query }: { readonly query: { readonly error: unknown; readonly refetch: () => unknown } }) {
  return query.error === null ? <Loading /> : <Problem failure={query.error} onRetry={() => void query.refetch()} />;
}
