import { Button } from '@mantine/core';
import type { JournalSegment } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { dateTimeText } from '../../format/time.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { figureColumn } from '../../parts/table/figure-column.js';

const timeText = (iso: string | null): string => (iso === null ? '–' : dateTimeText(new Date(iso)));

/** The columns of the files of the journal. `onCheck`: the viewer wants to know whether a file is damaged. */
export function segmentColumns(
  t: TFunction,
  onCheck: (segment: JournalSegment) => void,
): readonly Column<JournalSegment>[] {
  const time = (key: 'begun_at' | 'written_at', head: string): Column<JournalSegment> => ({
    key,
    head,
    width: 'minmax(170px, 1fr)',
    cell: (segment) => timeText(segment[key]),
    sortBy: (segment) => segment[key],
  });
  return [
    {
      ...figureColumn<JournalSegment>(
        { key: 'number', head: t('journal.number'), width: '98px' },
        ({ number }) => number,
      ),
      isNarrow: true,
    },
    {
      key: 'state',
      head: t('fields.status'),
      width: '130px',
      narrowWidth: '118px',
      isNarrow: true,
      cell: ({ is_open }) => (
        <StatusMark status={is_open ? 'ok' : 'off'}>{t(is_open ? 'journal.open' : 'journal.closed')}</StatusMark>
      ),
      sortBy: ({ is_open }) => Number(is_open),
    },
    {
      ...figureColumn<JournalSegment>(
        { key: 'bytes', head: t('journal.size'), unit: 'B', width: '110px', narrowWidth: '68px' },
        ({ bytes }) => bytes,
      ),
      isNarrow: true,
    },
    time('begun_at', t('journal.begun')),
    time('written_at', t('journal.written')),
    {
      key: 'check',
      head: t('journal.damage'),
      width: '110px',
      narrowWidth: '76px',
      isNarrow: true,
      cell: (segment) => (
        <Button variant="subtle" size="compact-xs" onClick={() => onCheck(segment)}>
          {t('journal.check')}
        </Button>
      ),
    },
  ];
}
