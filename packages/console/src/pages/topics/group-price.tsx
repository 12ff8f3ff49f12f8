import { useSyncExternalStore } from 'react';
import type { BoardRow } from '../../parts/prices/board-row.js';
import type { TopicGlances } from './topic-glances.js';

/** The largest group that shows a price: the topics of one instrument, such as its ticks, bars and depth. */
export const pricedMaxTopics = 10;

/** A price of a group: that of its quotes or ticks. Nothing while none of its topics has one. */
export function GroupPrice(props: {
  readonly glances: TopicGlances;
  readonly ids: readonly number[];
  readonly cell: (row: BoardRow) => React.ReactNode;
}) {
  const { glances, ids, cell } = props;
  const id = useSyncExternalStore(glances.subscribe, () => glances.pricedOf(ids));
  return id === null ? null : cell(glances.rowOf(id));
}
