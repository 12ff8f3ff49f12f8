import { Button, TextInput } from '@mantine/core';
import type { ApiTopic } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askHistory, type HistoryRow, type HistoryRows } from '../../api/history.js';
import { Empty } from '../../parts/empty.js';
import { FailureAlert } from '../../parts/problem.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { pastColumns } from './past-columns.js';
import { PastDownload } from './past-download.js';
import { fieldTime, firstTime, pastQuery, pastRowCount } from './past-query.js';
import classNames from './topic.module.css';
import { WhereKept } from './where-kept.js';

function readPast(topic: ApiTopic, from: string, signal: AbortSignal): Promise<HistoryRows> {
  const query = pastQuery(topic, from, pastRowCount);
  return query === null ? Promise.resolve({ rows: [], hasMore: false }) : askHistory(query, signal);
}

/** The time of the last row, as a date field has it; later than `from`, so that the page goes on where all rows have one time. */
function nextTime(rows: readonly HistoryRow[], from: string): string {
  const lastMs = Date.parse(String(rows.at(-1)?._received_at));
  const text = fieldTime(new Date(lastMs));
  return text === from ? fieldTime(new Date(lastMs + 1)) : text;
}

function PastRows({ past }: { readonly past: HistoryRows }) {
  const { t } = useTranslation();
  const columns = useMemo(() => pastColumns(t, past.rows), [t, past.rows]);
  return (
    <DataTable
      id="topic-past"
      label={t('topic.tabs.past')}
      rows={past.rows}
      columns={columns}
      empty={<Empty text={t('topic.past.none')} />}
    />
  );
}

/** The messages from a time on, and their download. */
function PastMessages({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(() => firstTime(topic));
  const [failure, setFailure] = useState<unknown>();
  const query = useQuery({
    queryKey: ['topic-past', topic.id, from],
    queryFn: ({ signal }) => readPast(topic, from, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data: past } = query;
  return (
    <>
      <div className={classNames.bar}>
        <TextInput
          type="datetime-local"
          step={0.001}
          aria-label={t('topic.past.from')}
          title={t('topic.past.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={past?.hasMore !== true}
          onClick={() => past !== undefined && setFrom(nextTime(past.rows, from))}
        >
          {t('topic.past.later')}
        </Button>
        <PastDownload topic={topic} from={from} onFailure={setFailure} />
      </div>
      <FailureAlert failure={failure} />
      {past === undefined ? <Unloaded query={query} /> : <PastRows past={past} />}
    </>
  );
}

/** The messages of a topic in the journal, where its namespace keeps history. */
export function PastTab({ topic }: { readonly topic: ApiTopic }) {
  return (
    <WhereKept topic={topic}>
      <PastMessages topic={topic} />
    </WhereKept>
  );
}
