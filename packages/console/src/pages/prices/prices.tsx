import { Button } from '@mantine/core';
import type { ApiNamespace, ApiTopic } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { startTransition, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { namespacesQuery } from '../../api/lists.js';
import { askPage } from '../../api/request.js';
import { exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Loading } from '../../parts/loading.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { PatternBar } from '../../parts/pattern-bar.js';
import type { BoardRow } from '../../parts/prices/board-row.js';
import { FailureText, Problem } from '../../parts/problem.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { useStore } from '../../state/use-store.js';
import { BoardsMenu } from './boards-menu.js';
import { FieldsMenu } from './fields-menu.js';
import { priceColumns } from './price-columns.js';
import { type Board, PriceFeed } from './price-feed.js';
import classNames from './prices.module.css';
import type { SavedBoard } from './saved-boards.js';
import { useBoard } from './use-board.js';

/** The feed of a pattern, for as long as the page shows it. */
function usePriceFeed({ namespace, pattern, fields }: SavedBoard): PriceFeed {
  const [feed, setFeed] = useState(() => new PriceFeed(namespace, pattern));
  useEffect(() => {
    const started = new PriceFeed(namespace, pattern);
    setFeed(started);
    started.start();
    return () => started.stop();
  }, [namespace, pattern]);
  useEffect(() => feed.choose(fields), [feed, fields]);
  return feed;
}

/** The rows of the feed. Thousands in another order are rendered in slices, between which the page answers. */
function useRows(feed: PriceFeed): readonly BoardRow[] {
  const [rows, setRows] = useState(feed.rows.get);
  useEffect(() => {
    const show = (): void => startTransition(() => setRows(feed.rows.get()));
    show();
    return feed.rows.subscribe(show);
  }, [feed]);
  return rows;
}

const stateMarks = {
  connecting: ['off', 'status.connecting'],
  running: ['ok', 'status.live'],
  retrying: ['bad', 'status.lost'],
  refused: ['bad', 'status.refused'],
} as const satisfies Record<Board['state'], readonly [Status, string]>;

/** Whether the board is live, and what it leaves out. */
function BoardState({ board }: { readonly board: Board }) {
  const { t } = useTranslation();
  const [status, word] = stateMarks[board.state];
  const { leftOutCount: count } = board;
  return (
    <span className={classNames.state} role="status">
      <StatusMark status={status}>{t(word)}</StatusMark>
      {count > 0 && (
        <span title={t('prices.leftOutHint')}>
          <StatusMark status="warning">{t('prices.leftOut', { count, n: exact(count) })}</StatusMark>
        </span>
      )}
    </span>
  );
}

const toneOf = ({ status }: BoardRow): string | undefined => (status?.state === 'stale' ? 'stale' : undefined);

/** The address of the topic. It has the id, which the prices do not have. */
async function pathOf(namespace: string, topic: string): Promise<string> {
  const query = { namespace, pattern: topic, limit: 1 };
  const { rows } = await askPage<ApiTopic>('/api/topics', { query });
  const found = rows[0];
  return found === undefined ? searchPathOf(namespace, topic) : `/topics/${found.id}`;
}

const searchPathOf = (namespace: string, topic: string): string =>
  `/topics?search=${encodeURIComponent(`${namespace}:${topic}`)}`;

/** Opens the page of the topic. Where its id cannot be had, the list of topics says why. */
function useOpenTopic(namespace: string): (row: BoardRow) => void {
  const navigate = useNavigate();
  return useCallback(
    ({ topic }) => {
      void pathOf(namespace, topic)
        .catch(() => searchPathOf(namespace, topic))
        .then((path) => navigate(path));
    },
    [namespace, navigate],
  );
}

function NoValues({ board }: { readonly board: Board }) {
  const { t } = useTranslation();
  if (board.failure !== null) return <FailureText failure={board.failure} />;
  if (board.state === 'connecting') return <Loading />;
  return <Empty text={t('prices.noValues')} />;
}

function BoardTable(props: {
  readonly feed: PriceFeed;
  readonly board: Board;
  readonly place: SavedBoard;
  readonly filters: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { feed, board, place, filters } = props;
  const rows = useRows(feed);
  const { columns: names, fields } = board;
  const columns = useMemo(() => priceColumns(t, { columns: names, fields }), [t, names, fields]);
  const open = useOpenTopic(place.namespace);
  const id = place.name === '' ? 'prices' : `prices.${place.name}`;
  return (
    <DataTable
      key={id}
      id={id}
      label={t('nav.prices')}
      rows={rows}
      columns={columns}
      order={{ key: 'topic', isDescending: false }}
      onOpen={open}
      toneOf={toneOf}
      filters={filters}
      empty={<NoValues board={board} />}
    />
  );
}

function PriceBoard({ namespaces }: { readonly namespaces: readonly ApiNamespace[] }) {
  const { t } = useTranslation();
  const { board: place, open } = useBoard(namespaces);
  const feed = usePriceFeed(place);
  const board = useStore(feed.board);
  const isRefused = board.state === 'refused';
  return (
    <Page
      title={t('nav.prices')}
      isFilled
      aside={<BoardState board={board} />}
      actions={<BoardsMenu board={place} onOpen={open} />}
    >
      {isRefused && (
        <>
          <PatternBar namespaces={namespaces} place={place} onOpen={open} />
          <Panel>
            <Problem failure={board.failure} />
          </Panel>
        </>
      )}
      {!isRefused && (
        <BoardTable
          feed={feed}
          board={board}
          place={place}
          filters={
            <PatternBar namespaces={namespaces} place={place} onOpen={open}>
              <FieldsMenu
                columns={board.columns}
                choice={place.fields}
                onChoose={(fields) => open({ ...place, fields })}
              />
            </PatternBar>
          }
        />
      )}
    </Page>
  );
}

function NoNamespace() {
  const { t } = useTranslation();
  return (
    <Panel>
      <Empty text={t('prices.noNamespace')}>
        <Button component={Link} to="/namespaces">
          {t('actions.toNamespaces')}
        </Button>
      </Empty>
    </Panel>
  );
}

/** The newest prices of any pattern of topics. */
export function Prices() {
  const { t } = useTranslation();
  const query = useQuery(namespacesQuery);
  const keeping = useMemo(() => query.data?.filter((one) => one.keep_last_value && one.is_active), [query.data]);
  if (keeping !== undefined && keeping.length > 0) return <PriceBoard namespaces={keeping} />;
  return (
    <Page title={t('nav.prices')} isFilled>
      {keeping === undefined ? <Unloaded query={query} /> : <NoNamespace />}
    </Page>
  );
}
