import { Button, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../parts/icon.js';
import freshnessNames from '../freshness/freshness.module.css';
import { shownZones, zones } from '../freshness/zones.js';
import classNames from './bars.module.css';
import { type BarRuleDraft, type BarsDraft, millisecondsOf, newBarRule } from './bars-draft.js';

/** Lengths that charts use. Others that divide a day can be set by the API. */
const intervals = ['1s', '5s', '10s', '30s', '1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '12h', '1d'];

interface RuleProps {
  readonly rule: BarRuleDraft;
  readonly place: number;
  readonly calendars: BarsDraft['calendars'];
  readonly onChange: (change: Partial<BarRuleDraft>) => void;
  readonly onRemove: () => void;
}

type TextField = 'source' | 'target' | 'price' | 'size' | 'time' | 'grace' | 'update';

function RuleText(props: {
  readonly field: TextField;
  readonly rule: BarRuleDraft;
  readonly hint?: string;
  readonly isWrong?: boolean;
  readonly isSeconds?: boolean;
  readonly onChange: RuleProps['onChange'];
}) {
  const { t } = useTranslation();
  const { field, rule, hint, isWrong = false, isSeconds = false, onChange } = props;
  return (
    <TextInput
      label={t(`bars.fields.${field}`)}
      value={rule[field]}
      onChange={(event) => onChange({ [field]: event.currentTarget.value.trim() })}
      error={isWrong}
      autoComplete="off"
      spellCheck={false}
      {...(hint === undefined ? {} : { placeholder: hint })}
      {...(isSeconds ? { inputMode: 'decimal' as const, rightSection: <span className="muted">s</span> } : {})}
    />
  );
}

function Times({ rule, calendars, onChange }: Pick<RuleProps, 'rule' | 'calendars' | 'onChange'>) {
  const { t } = useTranslation();
  const { interval, calendar, zone } = rule;
  return (
    <div className={classNames.three}>
      <Select
        label={t('bars.fields.interval')}
        value={interval}
        allowDeselect={false}
        onChange={(value) => value !== null && onChange({ interval: value })}
        data={intervals.includes(interval) ? intervals : [interval, ...intervals]}
      />
      <Select
        label={t('freshness.calendar')}
        value={calendar === null ? '' : String(calendar)}
        allowDeselect={false}
        onChange={(value) => onChange({ calendar: value === '' || value === null ? null : Number(value) })}
        data={[
          { value: '', label: t('freshness.alwaysOpen') },
          ...calendars.map(({ key, name }) => ({ value: String(key), label: name })),
        ]}
      />
      <Select
        label={t('freshness.timeZone')}
        searchable
        limit={shownZones}
        disabled={calendar !== null}
        value={calendar === null ? zone || 'UTC' : (calendars.find(({ key }) => key === calendar)?.timeZone ?? null)}
        allowDeselect={false}
        onChange={(value) => onChange({ zone: value === null || value === 'UTC' ? '' : value })}
        data={zones}
      />
    </div>
  );
}

function Rule({ rule, place, calendars, onChange, onRemove }: RuleProps) {
  const { t } = useTranslation();
  const isUpdateWrong = rule.update !== '' && millisecondsOf(rule.update) === undefined;
  const byName = t('bars.byName');
  return (
    <li className={freshnessNames.calendar} aria-label={t('freshness.ruleN', { n: place })}>
      <div className={freshnessNames.pair}>
        <RuleText field="source" rule={rule} isWrong={rule.source === ''} onChange={onChange} />
        <RuleText field="target" rule={rule} isWrong={rule.target === ''} onChange={onChange} />
      </div>
      <Times rule={rule} calendars={calendars} onChange={onChange} />
      <div className={classNames.three}>
        <RuleText field="price" rule={rule} hint={byName} onChange={onChange} />
        <RuleText field="size" rule={rule} hint={byName} onChange={onChange} />
        <RuleText field="time" rule={rule} hint={t('bars.receipt')} onChange={onChange} />
      </div>
      <div className={classNames.last}>
        <RuleText
          field="grace"
          rule={rule}
          isSeconds
          isWrong={millisecondsOf(rule.grace) === undefined}
          onChange={onChange}
        />
        <RuleText
          field="update"
          rule={rule}
          isSeconds
          hint={t('bars.atEnd')}
          isWrong={isUpdateWrong}
          onChange={onChange}
        />
        <Button variant="default" onClick={onRemove}>
          {t('bars.remove')}
        </Button>
      </div>
    </li>
  );
}

/** The bar rules of a namespace. Their order does not count. */
export function BarRulesEditor({
  draft,
  onChange,
}: {
  readonly draft: BarsDraft;
  readonly onChange: (draft: BarsDraft) => void;
}) {
  const { t } = useTranslation();
  const { rules, calendars } = draft;
  const put = (next: readonly BarRuleDraft[]): void => onChange({ ...draft, rules: next });
  return (
    <section className={freshnessNames.part}>
      <h3>{t('freshness.rules')}</h3>
      <p className="muted">{t('bars.hint')}</p>
      <ol className={freshnessNames.calendars}>
        {rules.map((rule, index) => (
          <Rule
            key={rule.key}
            rule={rule}
            place={index + 1}
            calendars={calendars}
            onChange={(change) => put(rules.with(index, { ...rule, ...change }))}
            onRemove={() => put(rules.toSpliced(index, 1))}
          />
        ))}
      </ol>
      <Button
        variant="default"
        className={freshnessNames.add}
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => put([...rules, newBarRule()])}
      >
        {t('freshness.addRule')}
      </Button>
    </section>
  );
}
