import { useTranslation } from 'react-i18next';
import { Secret } from '../../parts/secret.js';
import { SnippetTabs } from '../../parts/snippet-tabs.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { SnippetPurpose } from '../../snippets/snippets.js';
import { useSnippetFacts } from '../../snippets/use-snippet-facts.js';
import classNames from './users.module.css';

/** A new token or password, with the code that uses it. */
export function SecretOnce(props: {
  readonly username: string;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly namespace?: string | undefined;
  readonly purpose?: SnippetPurpose;
}) {
  const { t } = useTranslation();
  const facts = useSnippetFacts();
  const { username, token, password, namespace = 'market_data' } = props;
  return (
    <div className={classNames.once}>
      <StatusMark status="warning">{t('users.onceHint')}</StatusMark>
      {token !== undefined && <Secret name={t('users.token')} value={token} />}
      {password !== undefined && <Secret name={t('fields.password')} value={password} />}
      {token !== undefined && (
        <SnippetTabs
          facts={{ ...facts, username, token, namespace, topic: 'demo.hello' }}
          purpose={props.purpose ?? 'publish'}
        />
      )}
    </div>
  );
}
