import { Checkbox, NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import classNames from './publish.module.css';
import { everyMaxMs, everyMinMs, faultOf, type Repeat, timesMax } from './repeat-run.js';

/** Whether the message is published once or repeatedly, how often, and with what time between. */
export function RepeatFields(props: {
  readonly isOn: boolean;
  readonly repeat: Repeat;
  readonly onToggle: (isOn: boolean) => void;
  readonly onChange: (repeat: Repeat) => void;
}) {
  const { t } = useTranslation();
  const { isOn, repeat, onToggle, onChange } = props;
  const fault = faultOf(repeat);
  return (
    <div className={classNames.repeat}>
      <Checkbox
        label={t('publish.repeat')}
        checked={isOn}
        onChange={(event) => onToggle(event.currentTarget.checked)}
      />
      {isOn && (
        <>
          <NumberInput
            label={t('publish.times')}
            value={repeat.times}
            onChange={(value) => onChange({ ...repeat, times: Number(value) })}
            error={fault === 'times' ? t('publish.timesRange', { max: exact(timesMax) }) : undefined}
            allowDecimal={false}
            allowNegative={false}
          />
          <NumberInput
            label={t('publish.every')}
            value={repeat.everyMs}
            onChange={(value) => onChange({ ...repeat, everyMs: Number(value) })}
            error={fault === 'every' ? t('publish.everyRange', { min: everyMinMs, max: exact(everyMaxMs) }) : undefined}
            allowDecimal={false}
            allowNegative={false}
          />
        </>
      )}
    </div>
  );
}
