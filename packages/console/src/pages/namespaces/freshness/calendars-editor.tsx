import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { type Weekday, weekdays } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../parts/icon.js';
import classNames from './freshness.module.css';
import { type CalendarDraft, holidaysOf, newCalendar, rangesOf } from './freshness-draft.js';
import { shownZones, zones } from './zones.js';

interface CalendarProps {
  readonly calendar: CalendarDraft;
  /** Rules that name this calendar. */
  readonly useCount: number;
  readonly isNameTaken: boolean;
  readonly onChange: (change: Partial<CalendarDraft>) => void;
  readonly onRemove: () => void;
}

function Weekdays({ calendar, onChange }: Pick<CalendarProps, 'calendar' | 'onChange'>) {
  const { t } = useTranslation();
  const toggle = (day: Weekday): void =>
    onChange({ weekdays: weekdays.filter((one) => calendar.weekdays.includes(one) !== (one === day)) });
  return (
    <fieldset className={classNames.weekdays}>
      <legend>{t('freshness.weekdays')}</legend>
      {weekdays.map((day) => (
        <Checkbox
          key={day}
          label={t(`freshness.days.${day}`)}
          checked={calendar.weekdays.includes(day)}
          onChange={() => toggle(day)}
        />
      ))}
    </fieldset>
  );
}

function Calendar({ calendar, useCount, isNameTaken, onChange, onRemove }: CalendarProps) {
  const { t } = useTranslation();
  const { name, timeZone, ranges, holidays } = calendar;
  return (
    <li className={classNames.calendar}>
      <div className={classNames.pair}>
        <TextInput
          label={t('freshness.calendarName')}
          value={name}
          onChange={(event) => onChange({ name: event.currentTarget.value.trim() })}
          error={isNameTaken && t('freshness.nameTaken')}
          autoComplete="off"
          spellCheck={false}
        />
        <Select
          label={t('freshness.timeZone')}
          searchable
          limit={shownZones}
          value={timeZone}
          allowDeselect={false}
          onChange={(value) => value !== null && onChange({ timeZone: value })}
          data={zones.includes(timeZone) ? zones : [timeZone, ...zones]}
        />
      </div>
      <Weekdays calendar={calendar} onChange={onChange} />
      <TextInput
        label={t('freshness.hours')}
        description={t('freshness.hoursHint')}
        value={ranges}
        onChange={(event) => onChange({ ranges: event.currentTarget.value })}
        error={rangesOf(ranges) === undefined && t('freshness.hoursProblem')}
        autoComplete="off"
      />
      <Textarea
        label={t('freshness.holidays')}
        value={holidays}
        onChange={(event) => onChange({ holidays: event.currentTarget.value })}
        placeholder="2026-10-01, 2026-10-02"
        error={holidaysOf(holidays) === undefined && t('freshness.holidaysProblem')}
        autosize
        maxRows={6}
      />
      <div className={classNames.calendarEnd}>
        <span className="muted">{t('freshness.usedBy', { count: useCount, n: useCount })}</span>
        <Button variant="default" disabled={useCount > 0} onClick={onRemove}>
          {t('freshness.removeCalendar')}
        </Button>
      </div>
    </li>
  );
}

/** What rules with calendars have in common. */
interface DraftWithCalendars {
  readonly rules: readonly { readonly calendar: number | null }[];
  readonly calendars: readonly CalendarDraft[];
}

/** The calendars of rules. One that a rule names cannot be removed: the rule would apply day and night. */
export function CalendarsEditor<Draft extends DraftWithCalendars>(props: {
  readonly draft: Draft;
  readonly hint: string;
  readonly onChange: (draft: Draft) => void;
}) {
  const { t } = useTranslation();
  const { draft, hint, onChange } = props;
  const { calendars, rules } = draft;
  const put = (next: readonly CalendarDraft[]): void => onChange({ ...draft, calendars: next });
  const names = calendars.map(({ name }) => name);
  return (
    <section className={classNames.part}>
      <h3>{t('freshness.calendars')}</h3>
      <p className="muted">{hint}</p>
      <ul className={classNames.calendars}>
        {calendars.map((calendar, index) => (
          <Calendar
            key={calendar.key}
            calendar={calendar}
            useCount={rules.filter((rule) => rule.calendar === calendar.key).length}
            isNameTaken={names.indexOf(calendar.name) !== index}
            onChange={(change) => put(calendars.with(index, { ...calendar, ...change }))}
            onRemove={() => put(calendars.toSpliced(index, 1))}
          />
        ))}
      </ul>
      <Button
        variant="default"
        className={classNames.add}
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => put([...calendars, newCalendar(names)])}
      >
        {t('freshness.addCalendar')}
      </Button>
    </section>
  );
}
