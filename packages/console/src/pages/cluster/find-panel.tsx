import { Button, TextInput } from '@mantine/core';
import type { ClusterFound } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { Empty } from '../../parts/empty.js';
import { Panel } from '../../parts/panel.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import classNames from './cluster.module.css';
import { type FoundRow, foundColumns } from './found-columns.js';

/** `market:EURUSD.quote` stands for the publishers of a topic, a text without a colon for the sessions of a user. */
function pathOf(wanted: string): string {
  const colon = wanted.indexOf(':');
  if (colon === -1) return `/api/cluster/sessions?${new URLSearchParams({ username: wanted })}`;
  const names = { namespace: wanted.slice(0, colon), topic: wanted.slice(colon + 1) };
  return `/api/cluster/publishers?${new URLSearchParams(names)}`;
}

/** The sessions of all brokers. A broker without an answer has a row of its own. */
const rowsOf = (found: readonly ClusterFound[]): FoundRow[] =>
  found.flatMap((at): FoundRow[] =>
    at.has_answered ? at.sessions.map((session) => ({ at, session })) : [{ at, session: null }],
  );

/** Finds which broker has the publishers of a topic, or the sessions of a user. */
export function FindPanel() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [wanted, setWanted] = useState('');
  const query = useQuery({
    queryKey: ['cluster-find', wanted],
    queryFn: ({ signal }) => ask<ClusterFound[]>(pathOf(wanted), { signal }),
    enabled: wanted !== '',
    retry: false,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === wanted) void query.refetch();
    else setWanted(text.trim());
  };
  return (
    <Panel title={t('cluster.find')} className={classNames.find}>
      <form className={classNames.findForm} onSubmit={submit}>
        <TextInput
          className={classNames.findText}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          aria-label={t('cluster.findWhat')}
          placeholder={t('cluster.findWhat')}
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit" disabled={text.trim() === ''}>
          {t('cluster.findNow')}
        </Button>
      </form>
      {wanted !== '' && (query.data === undefined ? <Unloaded query={query} /> : <Results found={query.data} />)}
    </Panel>
  );
}

function Results({ found }: { readonly found: readonly ClusterFound[] }) {
  const { t } = useTranslation();
  return (
    <DataTable
      id="cluster-found"
      label={t('cluster.find')}
      rows={rowsOf(found)}
      columns={foundColumns(t)}
      order={{ key: 'broker', isDescending: false }}
      hasNoSearch
      toneOf={({ session }) => (session === null ? 'bad' : undefined)}
      empty={<Empty text={t('cluster.foundNone')} />}
    />
  );
}
