import type { AuditRow } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { dateTimeText } from '../../format/time.js';
import { CopyButton } from '../../parts/copy-button.js';
import { type Fact, FactList } from '../../parts/facts.js';
import { SideDrawer } from '../../parts/side-drawer.js';
import classNames from './audit.module.css';
import { AuditResult } from './audit-columns.js';
import { opText } from './audit-filter.js';
import { differenceOf } from './value-difference.js';

function Difference({ row }: { readonly row: AuditRow }) {
  const { t } = useTranslation();
  const fields = differenceOf(row.old_value, row.new_value);
  if (fields.length === 0) return <p className="muted">{t('audit.noChange')}</p>;
  return (
    <table className={classNames.difference} aria-label={t('audit.changes')}>
      <thead>
        <tr>
          <th scope="col">{t('audit.field')}</th>
          <th scope="col">{t('audit.before')}</th>
          <th scope="col">{t('audit.after')}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ field, before, after, isChanged }) => (
          <tr key={field} data-changed={isChanged}>
            <th scope="row">{field === '' ? t('fields.value') : field}</th>
            <td>{before === null ? '–' : isChanged ? <del>{before}</del> : before}</td>
            <td>{after === null ? '–' : isChanged ? <ins>{after}</ins> : after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const factsOf = (t: TFunction, row: AuditRow): readonly Fact[] => [
  [t('audit.when'), dateTimeText(new Date(row.created_at))],
  [t('audit.operator'), row.operator],
  [t('audit.address'), row.address],
  [t('audit.target'), row.target],
  [t('fields.namespace'), row.namespace ?? '–'],
  [t('audit.result'), <AuditResult key="result" t={t} result={row.result} />],
  [t('audit.request'), <code key="request">{row.request_id}</code>],
];

/** One row of the log in full, with the values before and after. */
export function AuditRowDrawer({ row, onClose }: { readonly row: AuditRow | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SideDrawer isOpen={row !== null} onClose={onClose} title={row === null ? '' : opText(t, row.op_type)}>
      {row !== null && (
        <>
          <FactList facts={factsOf(t, row)} />
          <section>
            <h3 className={classNames.title}>
              {t('audit.changes')}
              <CopyButton text={() => JSON.stringify(row, null, 2)} label={t('actions.copyJson')} />
            </h3>
            <Difference row={row} />
          </section>
        </>
      )}
    </SideDrawer>
  );
}
