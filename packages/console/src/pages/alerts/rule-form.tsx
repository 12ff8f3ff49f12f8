import { Modal, Select, TextInput } from '@mantine/core';
import { type AlertKind, type AlertRule, alertKinds, type CreateAlertRuleRequest } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { namespacesQuery } from '../../api/lists.js';
import { FormFrame } from '../../parts/form-frame.js';
import { initialThresholds, isAboutTopics } from './alert-units.js';
import classNames from './alerts.module.css';

/** A rule while it is edited; figures are as typed. */
interface RuleFields {
  readonly name: string;
  readonly kind: AlertKind;
  readonly namespace: string;
  readonly pattern: string;
  readonly threshold: string;
  readonly seconds: string;
}

const fieldsOf = (rule: AlertRule | null): RuleFields => ({
  name: rule?.name ?? '',
  kind: rule?.kind ?? 'topic_stale',
  namespace: rule?.namespace ?? '',
  pattern: rule?.pattern ?? '>',
  threshold: String(rule?.threshold ?? initialThresholds.topic_stale),
  seconds: String(rule?.for_s ?? 0),
});

/** The body to send. The broker checks the limits. */
function bodyOf({ name, kind, namespace, pattern, threshold, seconds }: RuleFields): CreateAlertRuleRequest {
  const topics = isAboutTopics(kind) ? { namespace: namespace === '' ? null : namespace, pattern } : {};
  return { name, kind, ...topics, threshold: Number(threshold), for_s: Number(seconds) };
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

interface PartProps {
  readonly fields: RuleFields;
  readonly onChange: (change: Partial<RuleFields>) => void;
}

function TopicFields({ fields, onChange }: PartProps) {
  const { t } = useTranslation();
  const { data } = useQuery(namespacesQuery);
  return (
    <div className={classNames.pair}>
      <Select
        label={t('fields.namespace')}
        value={fields.namespace}
        allowDeselect={false}
        onChange={(value) => onChange({ namespace: value ?? '' })}
        data={[
          { value: '', label: t('alerts.allNamespaces') },
          ...(data ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      <TextInput
        label={t('connections.pattern')}
        value={fields.pattern}
        onChange={(event) => onChange({ pattern: event.currentTarget.value.trim() })}
        error={fields.pattern === ''}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}

function Figures({ fields, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className={classNames.pair}>
      <TextInput
        label={t(`alerts.thresholds.${fields.kind}`)}
        inputMode="decimal"
        value={fields.threshold}
        onChange={(event) => onChange({ threshold: event.currentTarget.value })}
        error={!isNumber(fields.threshold)}
        autoComplete="off"
      />
      <TextInput
        label={t('alerts.forSeconds')}
        inputMode="numeric"
        value={fields.seconds}
        onChange={(event) => onChange({ seconds: event.currentTarget.value })}
        error={!isNumber(fields.seconds)}
        autoComplete="off"
      />
    </div>
  );
}

interface RuleFormProps {
  /** Null for a new rule. */
  readonly rule: AlertRule | null;
  readonly onSave: (body: CreateAlertRuleRequest) => Promise<void>;
  readonly onClose: () => void;
}

function RuleForm({ rule, onSave, onClose }: RuleFormProps) {
  const { t } = useTranslation();
  const [fields, setFields] = useState(() => fieldsOf(rule));
  const change = (part: Partial<RuleFields>): void => setFields((was) => ({ ...was, ...part }));
  const isWhole = fields.name !== '' && isNumber(fields.threshold) && isNumber(fields.seconds) && fields.pattern !== '';
  const save = async (): Promise<void> => {
    await onSave(bodyOf(fields));
    onClose();
  };
  return (
    <FormFrame
      action={rule === null ? t('actions.create') : t('actions.save')}
      onSubmit={save}
      onCancel={onClose}
      isDisabled={!isWhole}
    >
      <TextInput
        label={t('namespaces.name')}
        value={fields.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        autoComplete="off"
        data-autofocus
      />
      <Select
        label={t('alerts.kind')}
        value={fields.kind}
        allowDeselect={false}
        disabled={rule !== null}
        onChange={(value) => {
          const kind = alertKinds.find((one) => one === value) ?? fields.kind;
          change({ kind, threshold: String(initialThresholds[kind]) });
        }}
        data={alertKinds.map((kind) => ({ value: kind, label: t(`alerts.kinds.${kind}`) }))}
      />
      {isAboutTopics(fields.kind) && <TopicFields fields={fields} onChange={change} />}
      <Figures fields={fields} onChange={change} />
    </FormFrame>
  );
}

/** Creates or changes an alert rule. */
export function RuleDialog({ isOpen, ...props }: RuleFormProps & { readonly isOpen: boolean }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={isOpen}
      onClose={props.onClose}
      title={props.rule === null ? t('alerts.addRule') : t('alerts.changeRule')}
      size="md"
    >
      <RuleForm {...props} />
    </Modal>
  );
}
