import { Button, Checkbox, SegmentedControl } from '@mantine/core';
import type { ApiTopic } from '@pulsemq/protocol';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import type { Column } from '../../parts/table/column.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { ExternalStore } from '../../state/external-store.js';
import { useStore } from '../../state/use-store.js';
import { pricedMaxTopics } from './group-price.js';
import { figureColumns, nameColumn, staleColumns } from './topic-columns.js';
import { TopicFeed } from './topic-feed.js';
import { topicFilter } from './topic-filter.js';
import type { TopicGlances } from './topic-glances.js';
import { type GroupRow, type TreeRow, treeRows } from './topic-tree.js';
import { treeColumns, trendMaxTopics } from './tree-columns.js';
import { useGlances } from './use-glances.js';

/** Prices are asked for again after this time. */
const refreshMs = 2000;

/** The groups that the viewer opened or closed. Kept when another page is opened. */
const toggled = new ExternalStore<ReadonlyMap<string, boolean>>(new Map());

const setOpen = (row: GroupRow): void => toggled.update((map) => new Map(map).set(row.path, !row.isOpen));

function useTopicFeed(): TopicFeed {
  const [feed] = useState(() => ({ current: new TopicFeed() }));
  useEffect(() => {
    if (feed.current.isStopped) feed.current = new TopicFeed();
    const started = feed.current;
    started.start();
    return () => started.stop();
  }, [feed]);
  return feed.current;
}

function NoTopics() {
  const { t } = useTranslation();
  return (
    <Empty text={t('topics.none')}>
      <Button component={Link} to="/publish">
        {t('actions.publishOne')}
      </Button>
    </Empty>
  );
}

interface ViewProps {
  readonly topics: readonly ApiTopic[];
  readonly glances: TopicGlances;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly filters: React.ReactNode;
}

const toneOf = ({ is_stale }: ApiTopic): string | undefined => (is_stale ? 'stale' : undefined);

/** The page has searched already, with patterns; the table's own search would look for the characters. */
const withoutText = ({ text: _text, ...column }: Column<ApiTopic>): Column<ApiTopic> => column;

function ListView({ topics, glances, search, onSearch, filters, sort }: ViewProps & { readonly sort: string | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns = useMemo(() => [nameColumn(t), ...figureColumns(t, glances, true)], [t, glances]);
  const bare = useMemo(() => columns.map(withoutText), [columns]);
  const show = useCallback((rows: readonly ApiTopic[]) => glances.show(rows.map(({ id }) => id)), [glances]);
  return (
    <DataTable
      id={sort === null ? 'topics' : `topics.${sort}`}
      label={t('nav.topics')}
      rows={topics}
      columns={bare}
      order={sort === null ? { key: 'name', isDescending: false } : { key: sort, isDescending: true }}
      onOpen={({ id }) => void navigate(`/topics/${id}`)}
      onVisible={show}
      toneOf={toneOf}
      search={search}
      onSearch={onSearch}
      placeholder={t('topics.search')}
      filters={filters}
      empty={search === '' ? <NoTopics /> : <Empty text={t('topics.noMatch')} />}
    />
  );
}

/** The stale topics, the longest stale first, with the reason of each. */
function StaleView({ topics, search, onSearch, filters }: ViewProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns = useMemo(() => [withoutText(nameColumn(t)), ...staleColumns(t)], [t]);
  return (
    <DataTable
      id="topics.stale"
      label={t('dashboard.stale')}
      rows={topics}
      columns={columns}
      order={{ key: 'since', isDescending: true }}
      onOpen={({ id }) => void navigate(`/topics/${id}`)}
      toneOf={toneOf}
      search={search}
      onSearch={onSearch}
      placeholder={t('topics.search')}
      filters={filters}
      empty={<Empty text={search === '' ? t('dashboard.noStale') : t('topics.noMatch')} />}
    />
  );
}

/** The topics of the rows, and those of the groups whose trends are summed. */
function showTree(glances: TopicGlances, rows: readonly TreeRow[]): void {
  const priced = (row: GroupRow): boolean => row.depth > 0 && row.topicCount <= pricedMaxTopics;
  const ids = rows.flatMap((row) => (row.kind === 'topic' ? row.topic.id : priced(row) ? row.ids : []));
  const small = rows.filter((row): row is GroupRow => row.kind === 'group' && row.topicCount <= trendMaxTopics);
  glances.show(
    ids,
    small.flatMap((row) => row.ids),
  );
}

function TreeView({ topics, glances, search, onSearch, filters }: ViewProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const openness = useStore(toggled);
  const isSearching = search.trim() !== '';
  const rows = useMemo(
    () => treeRows(topics, (path, depth) => isSearching || (openness.get(path) ?? depth === 0)),
    [topics, openness, isSearching],
  );
  const columns = useMemo(() => treeColumns(t, figureColumns(t, glances, false), glances, setOpen), [t, glances]);
  const show = useCallback((shown: readonly TreeRow[]) => showTree(glances, shown), [glances]);
  const open = (row: TreeRow): void => {
    if (row.kind === 'group') setOpen(row);
    else void navigate(`/topics/${row.topic.id}`);
  };
  return (
    <DataTable
      id="topic-tree"
      label={t('nav.topics')}
      rows={rows}
      columns={columns}
      onOpen={open}
      onVisible={show}
      toneOf={(row) => (row.kind === 'topic' ? toneOf(row.topic) : undefined)}
      search={search}
      onSearch={onSearch}
      placeholder={t('topics.search')}
      filters={filters}
      isPrepared
      empty={isSearching ? <Empty text={t('topics.noMatch')} /> : <NoTopics />}
    />
  );
}

/** All topics, as a tree or as a list. */
export function Topics() {
  const { t } = useTranslation();
  const feed = useTopicFeed();
  const glances = useGlances(refreshMs);
  const { topics, isComplete, failure } = useStore(feed.list);
  const [query, setQuery] = useSearchParams();
  const [search, setSearch] = useState(query.get('search') ?? '');
  const sort = query.get('sort');
  const isStaleOnly = query.get('show') === 'stale';
  const isList = sort !== null || isStaleOnly || query.get('view') === 'list';
  const shown = useMemo(() => {
    const matches = topicFilter(search);
    return topics.filter((topic) => matches(topic) && (!isStaleOnly || topic.is_stale));
  }, [topics, search, isStaleOnly]);

  const choose = (view: string, stale: boolean): void => {
    const next = new URLSearchParams();
    if (view === 'list') next.set('view', 'list');
    if (stale) next.set('show', 'stale');
    setQuery(next, { replace: true });
  };
  const filters = (
    <Checkbox
      label={t('topics.staleOnly')}
      checked={isStaleOnly}
      onChange={(event) => choose('list', event.currentTarget.checked)}
    />
  );
  const view = { topics: shown, glances, search, onSearch: setSearch, filters };
  const listed = isStaleOnly ? <StaleView {...view} /> : <ListView {...view} sort={sort} key={sort} />;
  const isWaiting = topics.length === 0 && !isComplete;
  return (
    <Page
      title={t('nav.topics')}
      aside={t('topics.count', { count: topics.length, n: topics.length.toLocaleString('en-US') })}
      isFilled
      actions={
        <SegmentedControl
          aria-label={t('topics.view')}
          value={isList ? 'list' : 'tree'}
          onChange={(value) => choose(value, false)}
          data={[
            { value: 'tree', label: t('topics.tree') },
            { value: 'list', label: t('topics.list') },
          ]}
        />
      }
    >
      {isWaiting && <Unloaded query={{ error: failure, refetch: feed.refresh }} />}
      {!isWaiting && (isList ? listed : <TreeView {...view} />)}
    </Page>
  );
}
