import { Switch, TextInput } from '@mantine/core';
import type { UpdateNamespaceRequest } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';

/** The settings that can be changed after the creation of a namespace. */
export type NamespaceSettings = Required<Pick<UpdateNamespaceRequest, 'description' | 'keep_last_value' | 'history'>>;

/** The inputs of these settings, for a new and for an existing namespace. */
export function NamespaceFields(props: {
  readonly fields: NamespaceSettings;
  readonly onChange: (fields: NamespaceSettings) => void;
}) {
  const { t } = useTranslation();
  const { fields, onChange } = props;
  return (
    <>
      <TextInput
        label={t('fields.description')}
        value={fields.description}
        onChange={(event) => onChange({ ...fields, description: event.currentTarget.value })}
        autoComplete="off"
      />
      <Switch
        label={t('namespaces.keep')}
        description={t('namespaces.keepHint')}
        checked={fields.keep_last_value}
        onChange={(event) => onChange({ ...fields, keep_last_value: event.currentTarget.checked })}
      />
      <Switch
        label={t('namespaces.history')}
        description={t('namespaces.historyHint')}
        checked={fields.history}
        onChange={(event) => onChange({ ...fields, history: event.currentTarget.checked })}
      />
    </>
  );
}
