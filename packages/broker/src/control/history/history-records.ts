import { matchPattern } from '@pulsemq/protocol';
import type { JournalReader } from '../../journal/journal-reader.js';
import { type JournalRecord, namesOf } from '../../journal/record.js';
import type { HistoryJob } from './history-job.js';

type Wanted = Pick<HistoryJob, 'namespace' | 'pattern' | 'fromUs' | 'toUs' | 'fromSequence' | 'toSequence'>;

/** The messages that a question asks for, in the order of acceptance. */
export function* historyRecords(reader: JournalReader, wanted: Wanted): Generator<JournalRecord> {
  const { namespace, pattern, fromUs, toUs, fromSequence, toSequence } = wanted;
  for (const record of reader.scan({ fromUs, toUs, wants: topicChoice(namespace, pattern) })) {
    if (record.sequence >= fromSequence && record.sequence <= toSequence) yield record;
  }
}

/** Says whether a topic is wanted. Each topic is matched once, because it is asked for each of its messages. */
function topicChoice(namespace: string, pattern: string): (key: string) => boolean {
  const known = new Map<string, boolean>();
  return (key) => {
    let isWanted = known.get(key);
    if (isWanted === undefined) {
      const names = namesOf(key);
      isWanted = names.namespace === namespace && (pattern === '>' || matchPattern(pattern, names.topic));
      known.set(key, isWanted);
    }
    return isWanted;
  };
}
