import type { ApiNamespace } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { Figure } from '../../parts/figure.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { ageColumn, figureColumn } from '../../parts/table/figure-column.js';

/** Active or deactivated. */
export function NamespaceStatus({ t, isActive }: { readonly t: TFunction; readonly isActive: boolean }) {
  return (
    <StatusMark status={isActive ? 'ok' : 'warning'}>{t(isActive ? 'status.active' : 'status.inactive')}</StatusMark>
  );
}

const countColumn = (
  key: string,
  head: string,
  read: (namespace: ApiNamespace) => number,
  pathOf: (namespace: ApiNamespace) => string,
): Column<ApiNamespace> => ({
  ...figureColumn({ key, head, width: '92px' }, read),
  cell: (namespace) => (
    <Link to={pathOf(namespace)}>
      <Figure value={read(namespace)} />
    </Link>
  ),
});

/** The columns of a namespace: its settings, and the counts of its topics and grants. */
export function namespaceColumns(t: TFunction): readonly Column<ApiNamespace>[] {
  return [
    {
      key: 'name',
      head: t('namespaces.name'),
      width: 'minmax(150px, 1.2fr)',
      isNarrow: true,
      cell: ({ id, name }) => (
        <Link to={`/namespaces/${id}`} title={name}>
          {name}
        </Link>
      ),
      sortBy: ({ name }) => name,
      text: ({ name }) => name,
    },
    {
      key: 'description',
      head: t('fields.description'),
      width: 'minmax(160px, 2fr)',
      cell: ({ description }) => <span title={description}>{description}</span>,
      sortBy: ({ description }) => description,
      text: ({ description }) => description,
    },
    {
      key: 'status',
      head: t('fields.status'),
      width: '96px',
      isNarrow: true,
      cell: ({ is_active }) => <NamespaceStatus t={t} isActive={is_active} />,
      sortBy: ({ is_active }) => Number(!is_active),
    },
    {
      key: 'keep',
      head: t('namespaces.lastValues'),
      width: '104px',
      cell: ({ keep_last_value }) =>
        keep_last_value ? t('namespaces.kept') : <span className="muted">{t('namespaces.notKept')}</span>,
      sortBy: ({ keep_last_value }) => Number(!keep_last_value),
    },
    {
      key: 'createdBy',
      head: t('namespaces.createdBy'),
      width: 'minmax(90px, 0.7fr)',
      cell: ({ created_by }) => created_by,
      sortBy: ({ created_by }) => created_by,
      text: ({ created_by }) => created_by,
    },
    {
      ...countColumn(
        'topics',
        t('fields.topics'),
        ({ topic_count }) => topic_count,
        ({ name }) => `/topics?search=${encodeURIComponent(`${name}:>`)}`,
      ),
      isNarrow: true,
    },
    countColumn(
      'grants',
      t('namespaces.grants'),
      ({ grant_count }) => grant_count,
      ({ name }) => `/permissions?namespace=${encodeURIComponent(name)}`,
    ),
    ageColumn({ key: 'created', head: t('fields.createdAt'), width: '112px' }, ({ created_at }) => created_at),
  ];
}
