import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { namespacesQuery, usersQuery } from '../../api/lists.js';
import { KeyboardList } from '../../navigation/keyboard-list.js';
import { pages } from '../../navigation/pages.js';
import { Icon } from '../../parts/icon.js';
import { MetricsLink } from '../../parts/metrics-link.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { SnippetTabs } from '../../parts/snippet-tabs.js';
import { useSnippetFacts } from '../../snippets/use-snippet-facts.js';
import classNames from './help.module.css';

/** Code that connects to this broker, for an existing namespace and user. */
function Code() {
  const { t } = useTranslation();
  const facts = useSnippetFacts();
  const namespaces = useQuery(namespacesQuery).data?.map(({ name }) => name) ?? [];
  const users = useQuery(usersQuery).data?.filter((user) => user.has_token) ?? [];
  const [chosenNamespace, setNamespace] = useState<string | null>(null);
  const [chosenUser, setUser] = useState<string | null>(null);
  const namespace = chosenNamespace ?? namespaces[0] ?? 'market_data';
  const username = chosenUser ?? users.find((user) => user.user_type === 'mq_normal')?.username ?? 'publisher_01';
  return (
    <Panel title={t('help.code')}>
      <div className={classNames.body}>
        <p className="muted">{t('help.codeHint')}</p>
        <div className={classNames.pair}>
          <Select
            label={t('fields.namespace')}
            value={namespace}
            allowDeselect={false}
            onChange={setNamespace}
            data={namespaces.includes(namespace) ? namespaces : [namespace]}
            searchable
          />
          <Select
            label={t('fields.user')}
            value={username}
            allowDeselect={false}
            onChange={setUser}
            data={users.length > 0 ? users.map((user) => user.username) : [username]}
            searchable
          />
        </div>
        <SnippetTabs facts={{ ...facts, namespace, username, topic: 'demo.hello', token: t('help.tokenPlace') }} />
      </div>
    </Panel>
  );
}

/** One sentence for each page. */
function PageList() {
  const { t } = useTranslation();
  return (
    <Panel title={t('help.pages')}>
      <ul className={classNames.pages}>
        {pages.map(({ name, path, icon }) => (
          <li key={name}>
            <Link to={path}>
              <Icon name={icon} size={14} /> {t(`nav.${name}`)}
            </Link>
            <span className="muted">{t(`help.about.${name}`)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** How to connect, the keyboard shortcuts, and the pages. */
export function Help() {
  const { t } = useTranslation();
  return (
    <Page title={t('nav.help')}>
      <div className={classNames.columns}>
        <div className={classNames.column}>
          <Code />
          <PageList />
        </div>
        <div className={classNames.column}>
          <Panel title={t('keys.title')}>
            <div className={classNames.keys}>
              <KeyboardList />
            </div>
          </Panel>
          <Panel title={t('help.api')}>
            <ul className={classNames.more}>
              <li>
                <a href="./docs" target="_blank" rel="noreferrer">
                  {t('settings.apiDocs')} <code>/docs</code>
                </a>
              </li>
              <li>
                <a href="./api/openapi.json" target="_blank" rel="noreferrer">
                  {t('settings.apiDescription')} <code>/api/openapi.json</code>
                </a>
              </li>
              <li>
                <MetricsLink />
                <p className="muted">{t('settings.metricsHint')}</p>
              </li>
            </ul>
          </Panel>
        </div>
      </div>
    </Page>
  );
}
