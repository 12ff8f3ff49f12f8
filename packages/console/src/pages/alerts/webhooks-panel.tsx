import { Button, Switch } from '@mantine/core';
import type { CreatedWebhook, Webhook, WebhookAttempt } from '@pulsemq/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, askAll } from '../../api/request.js';
import { exact } from '../../format/number.js';
import { Ago } from '../../parts/ago.js';
import { ConfirmButton } from '../../parts/confirm-button.js';
import { Empty } from '../../parts/empty.js';
import { Icon } from '../../parts/icon.js';
import { Panel } from '../../parts/panel.js';
import { FailureAlert } from '../../parts/problem.js';
import { StatusMark } from '../../parts/status-mark.js';
import { Unloaded } from '../../parts/unloaded.js';
import classNames from './alerts.module.css';
import { WebhookDialog } from './webhook-form.js';

const path = '/api/webhooks';

/** The webhooks, and what changes them. The result of a test is the newest attempt. */
function useWebhooks() {
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const query = useQuery({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) => askAll<Webhook>(path, { signal }),
    refetchInterval: 5000,
  });
  const renew = (): Promise<void> => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const attempt = (act: Promise<unknown>): Promise<void> => {
    setFailure(undefined);
    return act.then(renew).catch(setFailure);
  };
  return {
    query,
    failure,
    create: async (body: object) => {
      const created = await ask<CreatedWebhook>(path, { method: 'POST', body });
      await renew();
      return created;
    },
    turn: ({ id }: Webhook, isOn: boolean) =>
      attempt(ask(`${path}/${id}`, { method: 'PUT', body: { is_enabled: isOn } })),
    test: ({ id }: Webhook) => attempt(ask<WebhookAttempt>(`${path}/${id}/test`, { method: 'POST', body: {} })),
    remove: async ({ id }: Webhook) => {
      await ask(`${path}/${id}`, { method: 'DELETE' });
      await renew();
    },
  };
}

/** What came of the last attempt to send. */
function LastAttempt({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useTranslation();
  const { last_attempt: last, waiting_count: waiting, lost_count: lost } = webhook;
  return (
    <>
      {last === null ? (
        <span className="muted">{t('alerts.notSent')}</span>
      ) : (
        <span title={last.error ?? ''}>
          <StatusMark status={last.is_ok ? 'ok' : 'bad'}>
            {last.status === null ? t('alerts.noAnswer') : t('alerts.answered', { status: last.status })}
          </StatusMark>{' '}
          <Ago at={last.at} />
        </span>
      )}
      {last?.error && <p lang="en">{last.error}</p>}
      {waiting > 0 && <p className="muted">{t('alerts.waiting', { n: exact(waiting) })}</p>}
      {lost > 0 && <StatusMark status="bad">{t('alerts.lost', { n: exact(lost) })}</StatusMark>}
    </>
  );
}

function WebhookRow(props: {
  readonly webhook: Webhook;
  readonly onTurn: (isOn: boolean) => void;
  readonly onTest: () => Promise<void>;
  readonly onRemove: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const { webhook, onTurn, onTest, onRemove } = props;
  const [isBusy, setBusy] = useState(false);
  const test = (): void => {
    setBusy(true);
    void onTest().finally(() => setBusy(false));
  };
  return (
    <tr>
      <td>
        {webhook.name}
        <p className={`${classNames.url} muted`}>{webhook.url}</p>
      </td>
      <td>
        <LastAttempt webhook={webhook} />
      </td>
      <td>
        <div className={classNames.cellActions}>
          <Switch
            aria-label={t('alerts.isOn', { name: webhook.name })}
            checked={webhook.is_enabled}
            onChange={(event) => onTurn(event.currentTarget.checked)}
          />
          <Button variant="default" loading={isBusy} onClick={test}>
            {t('alerts.test')}
          </Button>
          <ConfirmButton
            label={t('alerts.delete')}
            title={t('users.deleteTitle', { name: webhook.name })}
            text={t('alerts.deleteWebhookText')}
            run={onRemove}
          />
        </div>
      </td>
    </tr>
  );
}

/** Where alerts are sent to. */
export function WebhooksPanel() {
  const { t } = useTranslation();
  const webhooks = useWebhooks();
  const [isCreating, setCreating] = useState(false);
  const { data } = webhooks.query;
  return (
    <Panel
      title={t('alerts.webhooks')}
      actions={
        <Button variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}>
          {t('alerts.addWebhook')}
        </Button>
      }
    >
      <div className={classNames.failure}>
        <FailureAlert failure={webhooks.failure} />
      </div>
      {data === undefined && <Unloaded query={webhooks.query} />}
      {data?.length === 0 && <Empty text={t('alerts.noWebhooks')} />}
      {data !== undefined && data.length > 0 && (
        <div className={classNames.scroller}>
          <table className={classNames.table} aria-label={t('alerts.webhooks')}>
            <tbody>
              {data.map((one) => (
                <WebhookRow
                  key={one.id}
                  webhook={one}
                  onTurn={(isOn) => void webhooks.turn(one, isOn)}
                  onTest={() => webhooks.test(one)}
                  onRemove={() => webhooks.remove(one)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <WebhookDialog isOpen={isCreating} onCreate={webhooks.create} onClose={() => setCreating(false)} />
    </Panel>
  );
}
