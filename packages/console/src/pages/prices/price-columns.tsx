import type { TFunction } from 'i18next';
import type { BoardRow } from '../../parts/prices/board-row.js';
import {
  AgeCell,
  ChangeCell,
  PriceCell,
  StatusCell,
  TrailCell,
  ValueCell,
  VolumeCell,
} from '../../parts/prices/price-cells.js';
import { numberOf, type PriceFields, type PriceRole, priceRoles } from '../../parts/prices/price-fields.js';
import type { Column } from '../../parts/table/column.js';

const priceColumn = (t: TFunction, role: PriceRole): Column<BoardRow> => ({
  key: role,
  head: t(`prices.roles.${role}`),
  width: 'minmax(84px, 1fr)',
  isNumber: true,
  isNarrow: role === 'last',
  isExtra: role === 'prevClose',
  cell: (row) => <PriceCell row={row} price={role} />,
  sortBy: (row) => row.price(role).value,
});

/** A column of the payloads other than the prices. */
const valueColumn = (name: string): Column<BoardRow> => ({
  key: `value:${name}`,
  head: name,
  width: 'minmax(84px, 1fr)',
  isExtra: true,
  cell: (row) => <ValueCell row={row} name={name} />,
  sortBy: (row) => numberOf(row.values[name]) ?? row.values[name] ?? null,
});

function topicColumn(t: TFunction): Column<BoardRow> {
  return {
    key: 'topic',
    head: t('fields.topic'),
    width: 'minmax(140px, 2fr)',
    isNarrow: true,
    cell: ({ topic }) => <span title={topic}>{topic}</span>,
    // Numbers are put in order faster than names, and the table does that once a second.
    sortBy: ({ rank }) => rank,
    text: ({ topic }) => topic,
  };
}

function changeColumn(t: TFunction): Column<BoardRow> {
  return {
    key: 'change',
    head: t('prices.change'),
    unit: '%',
    width: 'minmax(76px, 0.8fr)',
    isNumber: true,
    isNarrow: true,
    cell: (row) => <ChangeCell row={row} t={t} />,
    sortBy: (row) => row.changePercent,
  };
}

function endColumns(t: TFunction): readonly Column<BoardRow>[] {
  return [
    { key: 'trail', head: t('topics.trend'), width: '104px', isNumber: true, cell: (row) => <TrailCell row={row} /> },
    {
      key: 'age',
      head: t('prices.age'),
      width: '96px',
      isNumber: true,
      cell: (row) => <AgeCell row={row} t={t} />,
      sortBy: (row) => -row.receivedAtMs,
    },
    {
      key: 'status',
      head: t('fields.status'),
      width: '156px',
      isNarrow: true,
      cell: (row) => <StatusCell row={row} t={t} />,
      sortBy: ({ status, isConfirmed }) => (status?.state === 'stale' ? 0 : isConfirmed ? 2 : 1),
    },
  ];
}

/** The columns of a board: the prices that were found, then the other columns of the payloads, hidden until the viewer chooses them. */
export function priceColumns(
  t: TFunction,
  { columns, fields }: { readonly columns: readonly string[]; readonly fields: PriceFields },
): readonly Column<BoardRow>[] {
  const used = new Set(Object.values(fields).flat());
  const volume: Column<BoardRow> = { ...priceColumn(t, 'volume'), cell: (row) => <VolumeCell row={row} /> };
  const prices = priceRoles
    .filter((role) => role !== 'volume' && role !== 'last' && fields[role].length > 0)
    .map((role) => priceColumn(t, role));
  return [
    topicColumn(t),
    priceColumn(t, 'last'),
    changeColumn(t),
    ...prices,
    ...(fields.volume.length === 0 ? [] : [volume]),
    ...endColumns(t),
    ...columns.filter((name) => !used.has(name)).map(valueColumn),
  ];
}
