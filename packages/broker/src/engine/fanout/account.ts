import { DropCounts } from './subscriber/drop-counts.js';
import { TopicDrops } from './subscriber/topic-drops.js';

/** Running totals of what was delivered and what was lost, over all subscribers. Plain fields: they are added to for each batch. */
export class Account {
  deliveredCount = 0;
  deliveredBytes = 0;
  conflatedCount = 0;
  readonly dropped = new DropCounts();
  /** Lost messages by topic, since the last report. */
  readonly topicDrops = new TopicDrops();
}
