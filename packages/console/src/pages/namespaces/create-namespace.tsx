import { Modal, TextInput } from '@mantine/core';
import type { CreateNamespaceRequest } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { FormFrame } from '../../parts/form-frame.js';
import { NamespaceFields, type NamespaceSettings } from './namespace-fields.js';

function CreateForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [fields, setFields] = useState<NamespaceSettings>({ description: '', keep_last_value: true, history: false });
  const create = async (): Promise<void> => {
    const body: CreateNamespaceRequest = { name, ...fields };
    await ask('/api/namespaces', { method: 'POST', body });
    await queries.invalidateQueries({ queryKey: ['namespaces'] });
    onClose();
  };
  return (
    <FormFrame action={t('actions.create')} onSubmit={create} onCancel={onClose} isDisabled={name === ''}>
      <TextInput
        label={t('namespaces.name')}
        description={t('namespaces.nameRule')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      <NamespaceFields fields={fields} onChange={setFields} />
    </FormFrame>
  );
}

/** Creates a namespace. */
export function CreateNamespace({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('namespaces.create')} size="md">
      <CreateForm onClose={onClose} />
    </Modal>
  );
}
