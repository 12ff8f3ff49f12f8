import type { DropFigures } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Figure } from '../../parts/figure.js';
import classNames from './dashboard.module.css';

const reasons = [
  'hwm',
  'outbox_bytes',
  'outbox_total_bytes',
  'at_close',
] as const satisfies readonly (keyof DropFigures)[];

/** Dropped messages since the start, by reason. */
export function DropReasons({ drops }: { readonly drops: DropFigures }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3 className={classNames.reasonsTitle}>{t('dashboard.drops.title')}</h3>
      <dl className={classNames.reasons}>
        {reasons.map((reason) => (
          <div key={reason}>
            <dt>{t(`dashboard.drops.${reason}`)}</dt>
            <dd>
              <Figure value={drops[reason]} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
