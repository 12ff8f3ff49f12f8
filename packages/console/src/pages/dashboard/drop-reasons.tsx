import type { DropFigures } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Figure } from '../../parts/figure.js';
import classNames from './dashboard.module.css';

/** A reason that is missing here fails the type check. */
const order = { hwm: 0, outbox_bytes: 1, outbox_total_bytes: 2, at_close: 3 } as const satisfies Record<
  keyof DropFigures,
  number
>;
const reasons = (Object.keys(order) as (keyof DropFigures)[]).sort((one, other) => order[one] - order[other]);

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
