import type { JournalState } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { bytesText } from '../../format/number.js';
import { FactStrip } from '../../parts/fact-strip.js';
import { Figure } from '../../parts/figure.js';

/** The figures of the journal in one strip, with what retention allows beside what is there. */
export function JournalSummary({ state, rate }: { readonly state: JournalState; readonly rate: number | null }) {
  const { t } = useTranslation();
  const { totals, fsync } = state;
  return (
    <FactStrip
      facts={[
        [t('journal.size'), bytesText(state.bytes), t('journal.ofBytes', { n: bytesText(state.max_bytes) })],
        [t('journal.age'), t('time.hours', { n: state.max_age_hours }), t('journal.atMost')],
        [t('journal.rate'), <Figure key="rate" value={rate} />, t('units.perSecond')],
        [t('journal.stored'), <Figure key="stored" value={totals?.stored_total} />, t('journal.sinceStart')],
        [t('journal.waiting'), totals === null ? '–' : bytesText(totals.waiting_bytes), t('journal.toWrite')],
        [t('journal.discarded'), <Figure key="discarded" value={totals?.discarded_total} />, ''],
        [
          t('journal.sync'),
          t(`journal.policies.${fsync}`),
          fsync === 'interval' ? `${state.sync_interval_ms} ms` : '',
          'minor',
        ],
        [t('nav.namespaces'), String(state.namespaces.length), state.namespaces.join(', '), 'minor'],
      ]}
    />
  );
}
