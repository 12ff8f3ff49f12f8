import { Tabs } from '@mantine/core';
import type { ApiNamespace, UpdateNamespaceRequest } from '@pulsemq/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { grantsQuery } from '../../api/lists.js';
import { ask } from '../../api/request.js';
import { dateTimeText } from '../../format/time.js';
import { ActivationButton } from '../../parts/activation-button.js';
import { ConfirmButton } from '../../parts/confirm-button.js';
import { Empty } from '../../parts/empty.js';
import { type Fact, FactList } from '../../parts/facts.js';
import { FormFrame } from '../../parts/form-frame.js';
import { ActionRow, DrawerContent, SideDrawer } from '../../parts/side-drawer.js';
import { BarsTab } from './bars/bars-tab.js';
import { FreshnessTab } from './freshness/freshness-tab.js';
import { NamespaceStatus } from './namespace-columns.js';
import { NamespaceFields, type NamespaceSettings } from './namespace-fields.js';

interface ActProps {
  readonly namespace: ApiNamespace;
  readonly onChange: (change: UpdateNamespaceRequest) => Promise<void>;
}

function Facts({ namespace }: { readonly namespace: ApiNamespace }) {
  const { t } = useTranslation();
  const { name, is_active, topic_count, grant_count, created_by, created_at } = namespace;
  const facts: readonly Fact[] = [
    [t('fields.status'), <NamespaceStatus key="status" t={t} isActive={is_active} />],
    [
      t('fields.topics'),
      <Link key="topics" to={`/topics?search=${encodeURIComponent(`${name}:>`)}`}>
        {topic_count}
      </Link>,
    ],
    [
      t('namespaces.grants'),
      <Link key="grants" to={`/permissions?namespace=${encodeURIComponent(name)}`}>
        {grant_count}
      </Link>,
    ],
    [t('namespaces.createdBy'), created_by],
    [t('fields.createdAt'), dateTimeText(new Date(created_at))],
  ];
  return <FactList facts={facts} />;
}

function EditForm({ namespace, onChange }: ActProps) {
  const { t } = useTranslation();
  const { description, keep_last_value, history } = namespace;
  const [fields, setFields] = useState<NamespaceSettings>({ description, keep_last_value, history });
  const isSame =
    fields.description === description && fields.keep_last_value === keep_last_value && fields.history === history;
  return (
    <FormFrame action={t('actions.save')} onSubmit={() => onChange(fields)} isDisabled={isSame}>
      <NamespaceFields fields={fields} onChange={setFields} />
    </FormFrame>
  );
}

function Activation({ namespace, onChange }: ActProps) {
  const { t } = useTranslation();
  const { name, is_active: isActive, topic_count: count } = namespace;
  const text = t('namespaces.deactivateText', { count, n: count });
  return (
    <ActionRow hints={[isActive ? text : t('namespaces.activateText')]}>
      <ActivationButton
        name={name}
        isActive={isActive}
        text={text}
        onChange={(active) => onChange({ is_active: active })}
      />
    </ActionRow>
  );
}

const namedMost = 6;

/** The usernames that lose a role with the namespace; beyond the first few only their count. */
function useLosers(id: number): string {
  const { data } = useQuery(grantsQuery);
  const names = data?.filter(({ namespace_id }) => namespace_id === id).map(({ username }) => username) ?? [];
  const rest = names.length - namedMost;
  return [...names.slice(0, namedMost), ...(rest > 0 ? [`+${rest}`] : [])].join(', ');
}

function Deletion({ namespace, onDeleted }: { readonly namespace: ApiNamespace; readonly onDeleted: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const losers = useLosers(namespace.id);
  const { id, name, topic_count: count, grant_count } = namespace;
  const text = t('namespaces.deleteText', { count, n: count });
  return (
    <ActionRow hints={[text]}>
      <ConfirmButton
        label={t('namespaces.delete')}
        title={t('users.deleteTitle', { name })}
        text={
          <>
            <p>{text}</p>
            {grant_count > 0 && (
              <p className="muted">{t('namespaces.losers', { count: grant_count, n: grant_count, names: losers })}</p>
            )}
          </>
        }
        typed={name}
        run={() => ask(`/api/namespaces/${id}`, { method: 'DELETE', query: { force: count > 0 ? true : undefined } })}
        onDone={() => {
          void queries.invalidateQueries({ queryKey: ['namespaces'] });
          void queries.invalidateQueries({ queryKey: ['grants'] });
          onDeleted();
        }}
      />
    </ActionRow>
  );
}

function SettingsTab({ namespace, onClose }: { readonly namespace: ApiNamespace; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const change = async (body: UpdateNamespaceRequest): Promise<void> => {
    await ask(`/api/namespaces/${namespace.id}`, { method: 'PUT', body });
    await queries.invalidateQueries({ queryKey: ['namespaces'] });
  };
  return (
    <>
      <Facts namespace={namespace} />
      <EditForm namespace={namespace} onChange={change} />
      <Activation namespace={namespace} onChange={change} />
      <Deletion namespace={namespace} onDeleted={onClose} />
    </>
  );
}

const tabs = ['settings', 'freshness', 'bars'] as const;
type Tab = (typeof tabs)[number];

/** The tab of a text; the first one for anything else. */
const tabOf = (text: string | null): Tab => tabs.find((tab) => tab === text) ?? 'settings';

function Loaded(props: {
  readonly namespace: ApiNamespace;
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { namespace, tab, onTab, onClose } = props;
  return (
    <Tabs value={tab} onChange={(value) => onTab(tabOf(value))}>
      <Tabs.List>
        <Tabs.Tab value="settings">{t('freshness.settingsTab')}</Tabs.Tab>
        <Tabs.Tab value="freshness">{t('freshness.tab')}</Tabs.Tab>
        <Tabs.Tab value="bars">{t('bars.tab')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value={tab} pt="md">
        <DrawerContent>
          {tab === 'freshness' && <FreshnessTab namespace={namespace} />}
          {tab === 'bars' && <BarsTab namespace={namespace} />}
          {tab === 'settings' && <SettingsTab namespace={namespace} onClose={onClose} />}
        </DrawerContent>
      </Tabs.Panel>
    </Tabs>
  );
}

/** One namespace beside the list, with its facts and its actions. */
export function NamespaceDrawer(props: {
  readonly namespace: ApiNamespace | undefined;
  /** The address names a namespace that does not exist. */
  readonly isMissing: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { namespace, isMissing, onClose } = props;
  const [query, setQuery] = useSearchParams();
  const tab = tabOf(query.get('tab'));
  const choose = (next: Tab): void => setQuery(next === 'settings' ? {} : { tab: next }, { replace: true });
  return (
    <SideDrawer
      isOpen={namespace !== undefined || isMissing}
      onClose={onClose}
      title={namespace?.name ?? t('fields.namespace')}
      width={tab === 'settings' ? 480 : 680}
    >
      {isMissing && <Empty text={t('namespaces.missing')} />}
      {namespace !== undefined && (
        <Loaded key={namespace.id} namespace={namespace} tab={tab} onTab={choose} onClose={onClose} />
      )}
    </SideDrawer>
  );
}
