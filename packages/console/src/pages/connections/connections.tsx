import { Button, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { closedColumns, openColumns } from './connection-columns.js';
import { useConnections } from './use-connections.js';

function NoConnections() {
  const { t } = useTranslation();
  return (
    <Empty text={t('connections.none')}>
      <Button component={Link} to="/help" variant="default">
        {t('connections.howTo')}
      </Button>
    </Empty>
  );
}

/** Open connections, and those closed in the last hour. */
export function Connections() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [words, setWords] = useSearchParams();
  const state = words.get('show') === 'closed' ? 'closed' : 'open';
  const sort = words.get('sort') ?? undefined;
  const [search, setSearch] = useState(words.get('search') ?? '');
  const query = useConnections(state);
  const columns = useMemo(() => (state === 'open' ? openColumns(t) : closedColumns(t)), [t, state]);
  const isClosed = state === 'closed';
  const order = { key: sort ?? (isClosed ? 'closed' : 'lag'), isDescending: true };
  return (
    <Page
      title={t('nav.connections')}
      isFilled
      aside={query.data === undefined ? undefined : t(`connections.count.${state}`, { n: exact(query.data.length) })}
      actions={
        <SegmentedControl
          aria-label={t('connections.which')}
          value={state}
          onChange={(value) => setWords(value === 'closed' ? { show: 'closed' } : {}, { replace: true })}
          data={[
            { value: 'open', label: t('connections.open') },
            { value: 'closed', label: t('connections.closed') },
          ]}
        />
      }
    >
      {query.data === undefined ? (
        <Unloaded query={query} />
      ) : (
        <DataTable
          key={state + (sort ?? '')}
          id={`connections.${state}${sort === undefined ? '' : `.${sort}`}`}
          label={t('nav.connections')}
          rows={query.data}
          columns={columns}
          order={order}
          onOpen={(row) => void navigate(`/connections/${row.connection_id}`)}
          toneOf={(row) => (row.is_slow && !isClosed ? 'warning' : undefined)}
          search={search}
          onSearch={setSearch}
          placeholder={t('connections.search')}
          empty={isClosed ? <Empty text={t('connections.noneClosed')} /> : <NoConnections />}
        />
      )}
    </Page>
  );
}
