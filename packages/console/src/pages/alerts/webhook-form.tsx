import { Button, Modal, TextInput } from '@mantine/core';
import type { CreatedWebhook, CreateWebhookRequest } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormFrame } from '../../parts/form-frame.js';
import { Secret } from '../../parts/secret.js';
import { StatusMark } from '../../parts/status-mark.js';
import classNames from './alerts.module.css';

interface WebhookFormProps {
  readonly onCreate: (body: CreateWebhookRequest) => Promise<CreatedWebhook>;
  readonly onClose: () => void;
}

function SecretShown({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <StatusMark status="warning">{t('users.onceHint')}</StatusMark>
      <Secret name={t('alerts.secret')} value={secret} />
      <p className="muted">{t('alerts.secretHint')}</p>
      <div className={classNames.cellActions}>
        <Button onClick={onClose}>{t('users.keptIt')}</Button>
      </div>
    </>
  );
}

function WebhookForm({ onCreate, onClose }: WebhookFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [created, setCreated] = useState<CreatedWebhook>();
  if (created !== undefined) return <SecretShown secret={created.secret} onClose={onClose} />;
  return (
    <FormFrame
      action={t('actions.create')}
      onSubmit={async () => setCreated(await onCreate({ name, url }))}
      onCancel={onClose}
      isDisabled={name === '' || url === ''}
    >
      <TextInput
        label={t('namespaces.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        label={t('alerts.url')}
        description={t('alerts.urlHint')}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value.trim())}
        placeholder="https://"
        autoComplete="off"
        spellCheck={false}
      />
    </FormFrame>
  );
}

/** Creates a webhook, and shows its secret once. */
export function WebhookDialog({ isOpen, ...props }: WebhookFormProps & { readonly isOpen: boolean }) {
  const { t } = useTranslation();
  return (
    <Modal opened={isOpen} onClose={props.onClose} title={t('alerts.addWebhook')} size="lg">
      <WebhookForm {...props} />
    </Modal>
  );
}
