import type { AuditRow } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { dateTimeText } from '../../format/time.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { opText } from './audit-filter.js';
import { differenceText } from './value-difference.js';

/** ok, or the code of the refusal. */
export function AuditResult({ t, result }: { readonly t: TFunction; readonly result: string }) {
  if (result === 'ok') return <StatusMark status="ok">{t('audit.ok')}</StatusMark>;
  return <StatusMark status="bad">{result}</StatusMark>;
}

const textColumn = (key: string, head: string, width: string, read: (row: AuditRow) => string): Column<AuditRow> => ({
  key,
  head,
  width,
  cell: (row) => <span title={read(row)}>{read(row)}</span>,
});

/** The columns cannot be sorted: the broker returns the newest rows first, page by page. */
export function auditColumns(t: TFunction): readonly Column<AuditRow>[] {
  return [
    {
      key: 'when',
      head: t('audit.when'),
      width: '152px',
      isNarrow: true,
      cell: ({ created_at }) => <time dateTime={created_at}>{dateTimeText(new Date(created_at))}</time>,
    },
    textColumn('operator', t('audit.operator'), 'minmax(100px, 1fr)', ({ operator }) => operator),
    {
      ...textColumn('operation', t('audit.operation'), 'minmax(166px, 1.2fr)', ({ op_type }) => opText(t, op_type)),
      narrowWidth: '128px',
      isNarrow: true,
    },
    textColumn('target', t('audit.target'), 'minmax(120px, 1.2fr)', ({ target }) => target),
    textColumn('namespace', t('fields.namespace'), 'minmax(90px, 1fr)', ({ namespace }) => namespace ?? ''),
    {
      key: 'result',
      head: t('audit.result'),
      width: '128px',
      narrowWidth: '76px',
      isNarrow: true,
      cell: ({ result }) => <AuditResult t={t} result={result} />,
    },
    textColumn('difference', t('audit.changes'), 'minmax(140px, 2.4fr)', (row) =>
      differenceText(row.old_value, row.new_value),
    ),
    textColumn('address', t('audit.address'), '110px', ({ address }) => address),
  ];
}
