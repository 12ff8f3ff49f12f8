import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import type { ApiTopic } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ask } from '../../api/request.js';
import { exact } from '../../format/number.js';
import { ConfirmDialog } from '../../parts/confirm-button.js';
import { Icon } from '../../parts/icon.js';

/** The dialog that deletes a topic. The next publish creates it again, with a new epoch. */
function DeleteTopic(props: { readonly topic: ApiTopic; readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { topic, isOpen, onClose } = props;
  const count = topic.live?.subscriber_count ?? 0;
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      action={t('topic.delete')}
      title={t('topic.deleteTitle', { name: `${topic.namespace}:${topic.name}` })}
      text={t('topic.deleteText', { count, n: exact(count) })}
      typed={topic.name}
      run={() => ask(`/api/topics/${topic.id}`, { method: 'DELETE' })}
      onDone={() => void navigate('/topics')}
    />
  );
}

/** What is done with a topic rarely: its deletion is not beside what is done every day. */
export function TopicMenu({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t('topic.more')}>
            <ActionIcon variant="default" size={30} aria-label={t('topic.more')}>
              <Icon name="dots" />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" onClick={() => setDeleting(true)}>
            {t('topic.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteTopic topic={topic} isOpen={isDeleting} onClose={() => setDeleting(false)} />
    </>
  );
}
