import { Button, Switch } from '@mantine/core';
import type { AlertRule, CreateAlertRuleRequest, UpdateAlertRuleRequest } from '@pulsemq/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, askAll } from '../../api/request.js';
import { ConfirmButton } from '../../parts/confirm-button.js';
import { Empty } from '../../parts/empty.js';
import { Icon } from '../../parts/icon.js';
import { Panel } from '../../parts/panel.js';
import { FailureAlert } from '../../parts/problem.js';
import { Unloaded } from '../../parts/unloaded.js';
import { isAboutTopics, valueText } from './alert-units.js';
import classNames from './alerts.module.css';
import { RuleDialog } from './rule-form.js';

const path = '/api/alert-rules';

/** The rules, and what changes them. */
function useRules() {
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const query = useQuery({
    queryKey: ['alert-rules'],
    queryFn: ({ signal }) => askAll<AlertRule>(path, { signal }),
  });
  const renew = (): Promise<void> => queries.invalidateQueries({ queryKey: ['alert-rules'] });
  const attempt = (act: Promise<unknown>): void => {
    setFailure(undefined);
    act.then(renew).catch(setFailure);
  };
  return {
    query,
    failure,
    create: async (body: CreateAlertRuleRequest) => {
      await ask(path, { method: 'POST', body });
      await renew();
    },
    change: async ({ id }: AlertRule, body: UpdateAlertRuleRequest) => {
      await ask(`${path}/${id}`, { method: 'PUT', body });
      await renew();
    },
    turn: ({ id }: AlertRule, isOn: boolean) =>
      attempt(ask(`${path}/${id}`, { method: 'PUT', body: { is_enabled: isOn } })),
    remove: async ({ id }: AlertRule) => {
      await ask(`${path}/${id}`, { method: 'DELETE' });
      await renew();
    },
  };
}

function RuleRow(props: {
  readonly rule: AlertRule;
  readonly onTurn: (isOn: boolean) => void;
  readonly onEdit: () => void;
  readonly onRemove: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const { rule, onTurn, onEdit, onRemove } = props;
  const { kind, namespace, pattern, threshold, for_s: seconds } = rule;
  const topics = isAboutTopics(kind) ? ` · ${namespace ?? '*'}:${pattern ?? '>'}` : '';
  const lasting = seconds === 0 ? '' : ` · ${t('alerts.lasting', { n: seconds })}`;
  return (
    <tr>
      <td>{rule.name}</td>
      <td>
        {t(`alerts.kinds.${kind}`)}
        <span className="muted">
          {topics} · {t('alerts.from', { value: valueText(t, kind, threshold) })}
          {lasting}
        </span>
      </td>
      <td>
        <div className={classNames.cellActions}>
          <Switch
            aria-label={t('alerts.isOn', { name: rule.name })}
            checked={rule.is_enabled}
            onChange={(event) => onTurn(event.currentTarget.checked)}
          />
          <Button variant="default" onClick={onEdit}>
            {t('alerts.edit')}
          </Button>
          <ConfirmButton
            label={t('alerts.delete')}
            title={t('users.deleteTitle', { name: rule.name })}
            text={t('alerts.deleteRuleText')}
            run={onRemove}
          />
        </div>
      </td>
    </tr>
  );
}

/** What alerts fire for. */
export function RulesPanel() {
  const { t } = useTranslation();
  const rules = useRules();
  const [edited, setEdited] = useState<AlertRule | 'new' | null>(null);
  const { data } = rules.query;
  const rule = edited === 'new' ? null : edited;
  return (
    <Panel
      title={t('alerts.rules')}
      actions={
        <Button variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => setEdited('new')}>
          {t('alerts.addRule')}
        </Button>
      }
    >
      <div className={classNames.failure}>
        <FailureAlert failure={rules.failure} />
      </div>
      {data === undefined && <Unloaded query={rules.query} />}
      {data?.length === 0 && <Empty text={t('alerts.noRules')} />}
      {data !== undefined && data.length > 0 && (
        <div className={classNames.scroller}>
          <table className={classNames.table} aria-label={t('alerts.rules')}>
            <tbody>
              {data.map((one) => (
                <RuleRow
                  key={one.id}
                  rule={one}
                  onTurn={(isOn) => rules.turn(one, isOn)}
                  onEdit={() => setEdited(one)}
                  onRemove={() => rules.remove(one)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <RuleDialog
        isOpen={edited !== null}
        rule={rule}
        onSave={(body) => {
          if (rule === null) return rules.create(body);
          const { kind: _kind, ...change } = body;
          return rules.change(rule, change);
        }}
        onClose={() => setEdited(null)}
      />
    </Panel>
  );
}
