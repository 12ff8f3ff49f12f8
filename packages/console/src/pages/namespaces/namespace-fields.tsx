import { Switch, TextInput } from '@mantine/core';
import type { UpdateNamespaceRequest } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';

/** What can be changed after a namespace was created. */
export type NamespaceSettings = Required<Pick<UpdateNamespaceRequest, 'description' | 'keep_last_value'>>;

/** Their inputs, the same for a new namespace and an existing one. */
export function NamespaceFields(props: {
  readonly fields: NamespaceSettings;
  readonly onChange: (fields: NamespaceSettings) => void;
}) {
  const { t } = useTranslation();
  const { fields, onChange } = props;
  return (
    <>
      <TextInput
        label={t('namespaces.description')}
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
    </>
  );
}
