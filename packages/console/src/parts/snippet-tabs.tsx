import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type SnippetFacts,
  type SnippetLanguage,
  type SnippetPurpose,
  snippet,
  snippetLanguages,
} from '../snippets/snippets.js';
import { CodeBlock } from './code-block.js';
import { CopyWordButton } from './copy-button.js';
import classNames from './snippet-tabs.module.css';

const names: Readonly<Record<SnippetLanguage, string>> = { python: 'Python', typescript: 'TypeScript', curl: 'curl' };

/** Code that publishes or subscribes, in three languages. */
export function SnippetTabs(props: { readonly facts: SnippetFacts; readonly purpose?: SnippetPurpose }) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<SnippetLanguage>('python');
  const [purpose, setPurpose] = useState<SnippetPurpose>(props.purpose ?? 'subscribe');
  const code = snippet(language, purpose, props.facts);
  return (
    <div className={classNames.tabs}>
      <div className={classNames.choices}>
        <SegmentedControl
          aria-label={t('snippets.purpose')}
          value={purpose}
          onChange={setPurpose}
          data={[
            { value: 'subscribe', label: t('actions.subscribe') },
            { value: 'publish', label: t('actions.publish') },
          ]}
        />
        <SegmentedControl
          aria-label={t('snippets.language')}
          value={language}
          onChange={setLanguage}
          data={snippetLanguages.map((value) => ({ value, label: names[value] }))}
        />
        <span className={classNames.copy}>
          <CopyWordButton text={code} />
        </span>
      </div>
      <CodeBlock code={code} isBare label={`${names[language]}: ${t(`actions.${purpose}`)}`} />
      {language === 'curl' && <p className="muted">{t('snippets.curlHint')}</p>}
    </div>
  );
}
