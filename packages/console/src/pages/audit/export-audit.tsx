import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { send } from '../../api/request.js';
import { download } from '../../export/download.js';
import { dateText } from '../../format/time.js';
import { Icon } from '../../parts/icon.js';
import { type AuditFilter, queryOf } from './audit-filter.js';

const types = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const;
type FileFormat = keyof typeof types;

/** The broker writes the file: every row that matches, not only those loaded here. */
async function save(filter: AuditFilter, format: FileFormat): Promise<void> {
  const response = await send('/api/audit-logs/export', { query: { ...queryOf(filter), format } });
  download(`pulsemq-audit-${dateText(new Date())}.${format}`, types[format], await response.blob());
}

/** Saves the audit rows that match the filter as a file. */
export function ExportAudit(props: { readonly filter: AuditFilter; readonly onFailure: (failure: unknown) => void }) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const { filter, onFailure } = props;
  const run = async (format: FileFormat): Promise<void> => {
    setBusy(true);
    onFailure(undefined);
    await save(filter, format).catch(onFailure);
    setBusy(false);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={isBusy} leftSection={<Icon name="download" size={14} />}>
          {t('audit.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void run('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => void run('json')}>JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
