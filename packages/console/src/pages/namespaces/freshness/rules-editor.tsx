import { ActionIcon, Button, Select, TextInput, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../../parts/icon.js';
import classNames from './freshness.module.css';
import { type FreshnessDraft, maxAgeMsOf, newRule, type RuleDraft } from './freshness-draft.js';

interface EditorProps {
  readonly draft: FreshnessDraft;
  readonly onChange: (draft: FreshnessDraft) => void;
}

function RowButton(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={props.label}
        disabled={props.isDisabled ?? false}
        onClick={props.onClick}
      >
        <Icon name={props.icon} size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

function RuleRow(props: {
  readonly rule: RuleDraft;
  readonly place: number;
  readonly calendars: FreshnessDraft['calendars'];
  readonly onChange: (change: Partial<RuleDraft>) => void;
  readonly onUp: () => void;
  readonly onRemove: () => void;
}) {
  const { t } = useTranslation();
  const { rule, place, calendars, onChange } = props;
  const labelOf = (name: string): string => `${t('freshness.ruleN', { n: place })}: ${name}`;
  return (
    <li className={classNames.rule}>
      <span className={classNames.place}>{place}</span>
      <TextInput
        className={classNames.pattern}
        aria-label={labelOf(t('connections.pattern'))}
        value={rule.pattern}
        onChange={(event) => onChange({ pattern: event.currentTarget.value.trim() })}
        error={rule.pattern === ''}
        autoComplete="off"
        spellCheck={false}
      />
      <TextInput
        aria-label={labelOf(t('freshness.maxAge'))}
        inputMode="decimal"
        value={rule.maxAge}
        onChange={(event) => onChange({ maxAge: event.currentTarget.value })}
        error={maxAgeMsOf(rule.maxAge) === undefined}
        rightSection={<span className="muted">s</span>}
        autoComplete="off"
      />
      <Select
        aria-label={labelOf(t('freshness.calendar'))}
        value={rule.calendar === null ? '' : String(rule.calendar)}
        allowDeselect={false}
        onChange={(value) => onChange({ calendar: value === '' || value === null ? null : Number(value) })}
        data={[
          { value: '', label: t('freshness.alwaysOpen') },
          ...calendars.map(({ key, name }) => ({ value: String(key), label: name })),
        ]}
      />
      <RowButton icon="arrowUp" label={labelOf(t('freshness.moveUp'))} isDisabled={place === 1} onClick={props.onUp} />
      <RowButton icon="close" label={labelOf(t('freshness.remove'))} onClick={props.onRemove} />
    </li>
  );
}

/** The rules in their order: of those that match a topic the first counts. */
export function RulesEditor({ draft, onChange }: EditorProps) {
  const { t } = useTranslation();
  const { rules, calendars } = draft;
  const put = (next: readonly RuleDraft[]): void => onChange({ ...draft, rules: next });
  const moveUp = (index: number): void => put(rules.with(index - 1, rules[index]!).with(index, rules[index - 1]!));
  return (
    <section className={classNames.part}>
      <h3>{t('freshness.rules')}</h3>
      <p className="muted">{t('freshness.rulesHint')}</p>
      {rules.length > 0 && (
        <div className={classNames.heads} aria-hidden="true">
          <span>{t('connections.pattern')}</span>
          <span>{t('freshness.maxAge')}</span>
          <span>{t('freshness.calendar')}</span>
        </div>
      )}
      <ol className={classNames.rules}>
        {rules.map((rule, index) => (
          <RuleRow
            key={rule.key}
            rule={rule}
            place={index + 1}
            calendars={calendars}
            onChange={(change) => put(rules.with(index, { ...rule, ...change }))}
            onUp={() => moveUp(index)}
            onRemove={() => put(rules.toSpliced(index, 1))}
          />
        ))}
      </ol>
      <Button
        variant="default"
        className={classNames.add}
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => put([...rules, newRule()])}
      >
        {t('freshness.addRule')}
      </Button>
    </section>
  );
}
