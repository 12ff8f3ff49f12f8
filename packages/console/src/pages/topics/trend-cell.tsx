import { memo, useSyncExternalStore } from 'react';
import { Sparkline } from '../../parts/sparkline.js';
import type { TopicGlances } from './topic-glances.js';

/** The rate of each of the last minutes, and the rate now. */
export const TrendCell = memo(function TrendCell(props: {
  readonly glances: TopicGlances;
  readonly id: number;
  readonly rate: number;
}) {
  const { glances, id, rate } = props;
  const minutes = useSyncExternalStore(glances.subscribe, () => glances.minutesOf(id));
  return minutes.length === 0 ? null : <Sparkline values={[...minutes.slice(1), rate]} />;
});

/** The same of several topics together; nothing before the past of all of them is known. */
export function TrendSum(props: {
  readonly glances: TopicGlances;
  readonly ids: readonly number[];
  readonly rate: number;
}) {
  const { glances, ids, rate } = props;
  const key = useSyncExternalStore(
    glances.subscribe,
    () => ids.filter((id) => glances.minutesOf(id).length > 0).length,
  );
  if (key < ids.length || ids.length === 0) return null;
  const all = ids.map((id) => glances.minutesOf(id));
  const sums = all[0]!.map((_, index) => all.reduce((sum, rates) => sum + (rates[index] ?? 0), 0));
  return <Sparkline values={[...sums.slice(1), rate]} />;
}
