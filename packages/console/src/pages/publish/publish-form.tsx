import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { type ApiNamespace, compressionAlgorithms, type PayloadFormat } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { FormFrame } from '../../parts/form-frame.js';
import { type Draft, requestOf } from './draft.js';
import { PayloadInput } from './payload-input.js';
import classNames from './publish.module.css';
import { RepeatFields } from './repeat-fields.js';
import { faultOf, type Repeat } from './repeat-run.js';

/** In the order of the form: the simple formats first. */
const formats = ['string', 'bytes', 'df_msgpack', 'df_pyarrow'] as const satisfies readonly PayloadFormat[];

/** The choice to publish repeatedly. */
export interface RepeatChoice {
  readonly isOn: boolean;
  readonly repeat: Repeat;
}

/** Topic, format, compression and payload of the message, and how often it is published. */
export function PublishForm(props: {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly namespaces: readonly ApiNamespace[];
  readonly choice: RepeatChoice;
  readonly onChoose: (choice: RepeatChoice) => void;
  readonly isRunning: boolean;
  readonly onSend: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const { draft, onChange, namespaces, choice, onChoose, isRunning, onSend } = props;
  const isIncomplete = requestOf(draft) === undefined || (choice.isOn && faultOf(choice.repeat) !== undefined);
  const action = choice.isOn ? t('publish.repeatAction') : t('actions.publish');
  return (
    <FormFrame action={action} onSubmit={onSend} isDisabled={isIncomplete || isRunning}>
      <div className={classNames.pair}>
        <Select
          label={t('fields.namespace')}
          value={draft.namespace}
          allowDeselect={false}
          onChange={(value) => onChange({ namespace: value ?? '' })}
          data={namespaces.map(({ name }) => name)}
          searchable
        />
        <TextInput
          label={t('fields.topic')}
          value={draft.topic}
          onChange={(event) => onChange({ topic: event.currentTarget.value })}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <div className={classNames.choices}>
        <SegmentedControl
          aria-label={t('topic.format')}
          value={draft.format}
          onChange={(format) => onChange({ format })}
          data={formats.map((value) => ({ value, label: t(`publish.formats.${value}`) }))}
        />
        <Select
          aria-label={t('publish.compression')}
          className={classNames.compression}
          value={draft.compress}
          allowDeselect={false}
          onChange={(value) => onChange({ compress: value ?? 'none' })}
          data={[
            { value: 'none', label: t('publish.uncompressed') },
            ...compressionAlgorithms.map((value) => ({ value, label: value })),
          ]}
        />
      </div>
      {draft.compress !== 'none' && <p className="muted">{t('publish.compressionHint')}</p>}
      <PayloadInput draft={draft} onChange={onChange} />
      <RepeatFields
        {...choice}
        onToggle={(isOn) => onChoose({ ...choice, isOn })}
        onChange={(repeat) => onChoose({ ...choice, repeat })}
      />
    </FormFrame>
  );
}
