import { Button, Menu } from '@mantine/core';
import type { AuditRow } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askAll } from '../../api/request.js';
import { csvText } from '../../export/csv.js';
import { download } from '../../export/download.js';
import { dateText } from '../../format/time.js';
import { Icon } from '../../parts/icon.js';
import { type AuditFilter, queryOf } from './audit-filter.js';

const fields = [
  'id',
  'created_at',
  'operator',
  'address',
  'op_type',
  'target_type',
  'target',
  'namespace',
  'result',
  'old_value',
  'new_value',
  'request_id',
] as const satisfies readonly (keyof AuditRow)[];

function save(rows: readonly AuditRow[], format: 'csv' | 'json'): void {
  const name = `pulsemq-audit-${dateText(new Date())}.${format}`;
  if (format === 'json') return download(name, 'application/json', JSON.stringify(rows, null, 2));
  const lines = rows.map((row) => fields.map((field) => row[field]));
  download(name, 'text/csv;charset=utf-8', csvText(fields, lines));
}

/** Saves every row the filter finds, not only those in sight. */
export function ExportAudit(props: { readonly filter: AuditFilter; readonly onFailure: (failure: unknown) => void }) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const { filter, onFailure } = props;
  const run = async (format: 'csv' | 'json'): Promise<void> => {
    setBusy(true);
    onFailure(undefined);
    try {
      save(await askAll<AuditRow>('/api/audit-logs', { query: queryOf(filter) }), format);
    } catch (failure) {
      onFailure(failure);
    }
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
