import { Button } from '@mantine/core';
import type { JournalCheck, JournalSegment } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { exact } from '../../format/number.js';
import { Icon } from '../../parts/icon.js';
import { StatusMark } from '../../parts/status-mark.js';
import { Unloaded } from '../../parts/unloaded.js';
import classNames from './journal.module.css';

/** The end of a file that is still written may be a block that is not whole yet. */
const damagesOf = ({ damages }: JournalCheck, isOpen: boolean) => damages.filter(({ is_end }) => !(isOpen && is_end));

function Result({ check, isOpen }: { readonly check: JournalCheck; readonly isOpen: boolean }) {
  const { t } = useTranslation();
  const damages = damagesOf(check, isOpen);
  const isSound = damages.length === 0 && check.index_problem === null;
  return (
    <>
      <p>
        <StatusMark status={isSound ? 'ok' : 'bad'}>{t(isSound ? 'journal.sound' : 'journal.isDamaged')}</StatusMark>{' '}
        {t('journal.hasMessages', { n: exact(check.message_count), count: check.message_count })}
        {check.missing_total > 0 &&
          ` ${t('journal.hasMissing', { n: exact(check.missing_total), count: check.missing_total })}`}
      </p>
      {damages.length > 0 && (
        <ul>
          {damages.map(({ from_byte, to_byte, reason }) => (
            <li key={from_byte}>
              {t('journal.place', { from: exact(from_byte), to: exact(to_byte) })} <span lang="en">{reason}</span>
            </li>
          ))}
        </ul>
      )}
      {check.index_problem !== null && (
        <p>
          {t('journal.index')} <span lang="en">{check.index_problem}</span>
        </p>
      )}
    </>
  );
}

/** What is damaged in one file of the journal. The broker reads the whole file for it. */
export function CheckedSegment(props: { readonly segment: JournalSegment; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { segment, onClose } = props;
  const query = useQuery({
    queryKey: ['journal-check', segment.number],
    queryFn: ({ signal }) => ask<JournalCheck>(`/api/journal/segments/${segment.number}/check`, { signal }),
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  return (
    <section className={classNames.checked} aria-label={t('journal.checkOf', { n: segment.number })}>
      <div className={classNames.checkedHead}>
        <h3>{t('journal.checkOf', { n: segment.number })}</h3>
        <Button variant="default" onClick={onClose} aria-label={t('actions.close')}>
          <Icon name="close" size={14} />
        </Button>
      </div>
      {query.data === undefined ? <Unloaded query={query} /> : <Result check={query.data} isOpen={segment.is_open} />}
    </section>
  );
}
