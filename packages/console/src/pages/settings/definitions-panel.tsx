import { Button, FileButton } from '@mantine/core';
import type { Definitions, ImportReply } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { download } from '../../export/download.js';
import { dateText } from '../../format/time.js';
import { Icon } from '../../parts/icon.js';
import { Panel } from '../../parts/panel.js';
import { FailureAlert } from '../../parts/problem.js';
import { StatusMark } from '../../parts/status-mark.js';
import classNames from './settings.module.css';

/** A file after a dry run, not yet imported. */
interface Trial {
  readonly name: string;
  readonly body: unknown;
  readonly changes: readonly string[];
}

const imported = (body: unknown, isTrial: boolean): Promise<ImportReply> =>
  ask<ImportReply>('/api/definitions', { method: 'POST', body, query: { dry_run: isTrial } });

function TrialView(props: {
  readonly trial: Trial;
  readonly onImport: () => Promise<void>;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const { name, changes } = props.trial;
  const count = changes.length;
  return (
    <div className={classNames.trial}>
      <p role="status">
        {count === 0 ? t('settings.wouldNothing', { name }) : t('settings.wouldChange', { name, count, n: count })}
      </p>
      {count > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard.
        <section className={classNames.changes} tabIndex={0} aria-label={t('settings.definitions')}>
          <ul>
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </section>
      )}
      <div className={classNames.buttons}>
        <Button variant="default" onClick={props.onCancel}>
          {t(count === 0 ? 'actions.close' : 'actions.cancel')}
        </Button>
        {count > 0 && (
          <Button
            loading={isBusy}
            onClick={() => {
              setBusy(true);
              void props.onImport().finally(() => setBusy(false));
            }}
          >
            {t('settings.import')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The actions of the panel, and what became of the last one. */
function useDefinitions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [trial, setTrial] = useState<Trial>();
  const [doneCount, setDoneCount] = useState<number>();
  const [failure, setFailure] = useState<unknown>();

  /** Runs one action and shows its failure in the panel. */
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setFailure(undefined);
    setDoneCount(undefined);
    try {
      await act();
    } catch (cause) {
      setFailure(cause);
    }
  };
  const exportAll = (): Promise<void> =>
    attempt(async () => {
      const all = await ask<Definitions>('/api/definitions');
      const text = `${JSON.stringify(all, null, 2)}\n`;
      download(`pulsemq-definitions-${dateText(new Date())}.json`, 'application/json', text);
    });
  const tryFile = (file: File | null): Promise<void> =>
    attempt(async () => {
      if (file === null) return;
      const body = parsedOr(await file.text(), () => t('settings.notJson', { name: file.name }));
      const { changes } = await imported(body, true);
      setTrial({ name: file.name, body, changes });
    });
  const importTrial = (): Promise<void> =>
    attempt(async () => {
      if (trial === undefined) return;
      const { changes } = await imported(trial.body, false);
      setTrial(undefined);
      setDoneCount(changes.length);
      void queries.invalidateQueries();
    });
  return { trial, doneCount, failure, exportAll, tryFile, importTrial, cancelTrial: () => setTrial(undefined) };
}

/** Exports the definitions to a file, and imports them. A dry run shows the changes before an import. */
export function DefinitionsPanel() {
  const { t } = useTranslation();
  const { trial, doneCount, failure, exportAll, tryFile, importTrial, cancelTrial } = useDefinitions();
  return (
    <Panel title={t('settings.definitions')}>
      <div className={classNames.body}>
        <p>{t('settings.definitionsHint')}</p>
        <p className="muted">{t('settings.importHint')}</p>
        <div className={classNames.row}>
          <Button variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => void exportAll()}>
            {t('settings.export')}
          </Button>
          <FileButton accept="application/json,.json" onChange={(file) => void tryFile(file)}>
            {(props) => (
              <Button variant="default" {...props}>
                {t('settings.choose')}
              </Button>
            )}
          </FileButton>
        </div>
        <FailureAlert failure={failure} />
        {doneCount !== undefined && (
          <div role="status">
            <StatusMark status="ok">{t('settings.imported', { count: doneCount, n: doneCount })}</StatusMark>
          </div>
        )}
        {trial !== undefined && <TrialView trial={trial} onImport={importTrial} onCancel={cancelTrial} />}
      </div>
    </Panel>
  );
}

/** Parses JSON. Throws an error with the given message when the text is not JSON. */
function parsedOr(text: string, message: () => string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error(message(), { cause });
  }
}
