import { Button } from '@mantine/core';
import type { ApiNamespace } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { namespacesQuery } from '../../api/lists.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { PatternBar } from '../../parts/pattern-bar.js';
import { SavedMenu } from '../../parts/saved-menu.js';
import { Unloaded } from '../../parts/unloaded.js';
import { useStore } from '../../state/use-store.js';
import { LiveTail } from '../topic/live-tail.js';
import { type SavedView, savedViews } from './saved-views.js';

/** The view in the address: a namespace, a pattern and a filter, and the name where it is a saved one. */
function useView(namespaces: readonly ApiNamespace[]) {
  const [query, setQuery] = useSearchParams();
  const views = useStore(savedViews.items);
  const saved = views.find(({ name }) => name === query.get('view'));
  const view: SavedView = {
    name: saved?.name ?? '',
    namespace: query.get('namespace') ?? saved?.namespace ?? namespaces[0]?.name ?? '',
    pattern: query.get('pattern') ?? saved?.pattern ?? '>',
    filter: query.get('filter') ?? saved?.filter ?? '',
  };
  const open = ({ name, ...place }: SavedView): void =>
    setQuery(name === '' ? place : { ...place, view: name }, { replace: true });
  return { view, open };
}

function ViewsMenu({ view, onOpen }: { readonly view: SavedView; readonly onOpen: (view: SavedView) => void }) {
  const { t } = useTranslation();
  const words = {
    all: t('messages.views'),
    save: t('messages.save'),
    nameLabel: t('messages.viewName'),
    hint: t('messages.savedHere'),
    replaces: (name: string) => t('messages.replaces', { name }),
    remove: (name: string) => t('messages.remove', { name }),
  };
  return <SavedMenu list={savedViews} place={view} words={words} onOpen={onOpen} />;
}

function MessageView({ namespaces }: { readonly namespaces: readonly ApiNamespace[] }) {
  const { t } = useTranslation();
  const { view, open } = useView(namespaces);
  const { namespace, pattern, filter } = view;
  return (
    <Page title={t('nav.messages')} isFilled actions={<ViewsMenu view={view} onOpen={open} />}>
      <PatternBar namespaces={namespaces} place={view} onOpen={open} />
      <LiveTail
        key={`${namespace} ${pattern}`}
        namespace={namespace}
        pattern={pattern}
        filter={filter}
        onFilter={(next) => open({ ...view, filter: next })}
        isOfPattern
      />
    </Page>
  );
}

/** The messages of any pattern as they arrive, with filters that can be saved. */
export function Messages() {
  const { t } = useTranslation();
  const query = useQuery(namespacesQuery);
  if (query.data !== undefined && query.data.length > 0) return <MessageView namespaces={query.data} />;
  return (
    <Page title={t('nav.messages')} isFilled>
      {query.data === undefined ? (
        <Unloaded query={query} />
      ) : (
        <Panel>
          <Empty text={t('messages.noNamespace')}>
            <Button component={Link} to="/namespaces">
              {t('actions.toNamespaces')}
            </Button>
          </Empty>
        </Panel>
      )}
    </Page>
  );
}
