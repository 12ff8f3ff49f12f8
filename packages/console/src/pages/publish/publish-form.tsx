import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { type ApiNamespace, compressionAlgorithms, type PayloadFormat } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { FormFrame } from '../../parts/form-frame.js';
import { type Draft, requestOf } from './draft.js';
import { PayloadInput } from './payload-input.js';
import classNames from './publish.module.css';

/** In the order of the form: the simple formats first. */
const formats = ['string', 'bytes', 'df_msgpack', 'df_pyarrow'] as const satisfies readonly PayloadFormat[];

/** Topic, format, compression and payload of the message. */
export function PublishForm(props: {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly namespaces: readonly ApiNamespace[];
  readonly onSend: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const { draft, onChange, namespaces, onSend } = props;
  return (
    <FormFrame action={t('actions.publish')} onSubmit={onSend} isDisabled={requestOf(draft) === undefined}>
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
    </FormFrame>
  );
}
