import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { PermissionCheck, PermissionVerdict } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { FailureText } from '../../parts/problem.js';
import { StatusMark } from '../../parts/status-mark.js';
import classNames from './checker.module.css';
import type { MatrixNamespace, MatrixUser } from './draft.js';

/** The permission to check. An empty topic asks about the whole namespace. */
export interface Question {
  readonly userId: number | null;
  readonly namespace: string;
  readonly topic: string;
}

export const noQuestion: Question = { userId: null, namespace: '', topic: '' };

const settleMs = 250;

function useAnswer(question: Question) {
  const [{ userId, namespace, topic }] = useDebouncedValue(question, settleMs);
  return useQuery({
    queryKey: ['grants', 'check', userId, namespace, topic],
    queryFn: ({ signal }) =>
      ask<PermissionCheck>('/api/permissions/check', {
        query: { user_id: userId ?? undefined, namespace, topic: topic.trim() },
        signal,
      }),
    enabled: userId !== null && namespace !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function Verdict(props: {
  readonly what: string;
  readonly verdict: PermissionVerdict;
  readonly check: PermissionCheck;
}) {
  const { t } = useTranslation();
  const { verdict, check } = props;
  // The broker's sentence names the fault in the name.
  const reason =
    verdict.code === 'BAD_NAME'
      ? verdict.reason
      : t(`permissions.reasons.${verdict.code}`, { user: check.username, namespace: check.namespace });
  return (
    <>
      <StatusMark status={verdict.allowed ? 'ok' : 'bad'}>
        {props.what}: {verdict.allowed ? t('permissions.allowed') : t('permissions.denied')}
      </StatusMark>
      <span className="muted">{reason}</span>
    </>
  );
}

function Answer({ question }: { readonly question: Question }) {
  const { t } = useTranslation();
  const { data, error } = useAnswer(question);
  const isAsked = question.userId !== null && question.namespace !== '';
  if (!isAsked) return <p className={classNames.verdicts}>{t('permissions.checkHint')}</p>;
  if (error !== null) {
    return (
      <div role="alert">
        <FailureText failure={error} />
      </div>
    );
  }
  return (
    <div className={classNames.verdicts} role="status">
      {data !== undefined && (
        <>
          <Verdict what={t('actions.publish')} verdict={data.publish} check={data} />
          <Verdict what={t('actions.subscribe')} verdict={data.subscribe} check={data} />
        </>
      )}
    </div>
  );
}

/** Shows whether a user may publish to a topic and subscribe to it, and why. Checks as soon as user and namespace are chosen. */
export function Checker(props: {
  readonly question: Question;
  readonly onQuestion: (question: Question) => void;
  readonly users: readonly MatrixUser[];
  readonly namespaces: readonly MatrixNamespace[];
}) {
  const { t } = useTranslation();
  const { question, onQuestion, users, namespaces } = props;
  return (
    <section className={classNames.checker} aria-label={t('permissions.checker')}>
      <Select
        aria-label={t('fields.user')}
        placeholder={t('fields.user')}
        value={question.userId === null ? null : String(question.userId)}
        onChange={(value) => onQuestion({ ...question, userId: value === null ? null : Number(value) })}
        data={users.map(({ id, username }) => ({ value: String(id), label: username }))}
        limit={100}
        searchable
        clearable
      />
      <Select
        aria-label={t('fields.namespace')}
        placeholder={t('fields.namespace')}
        value={question.namespace === '' ? null : question.namespace}
        onChange={(value) => onQuestion({ ...question, namespace: value ?? '' })}
        data={namespaces.map(({ name }) => name)}
        limit={100}
        searchable
        clearable
      />
      <TextInput
        className={classNames.topic}
        aria-label={t('permissions.topic')}
        placeholder={t('permissions.topic')}
        value={question.topic}
        onChange={(event) => onQuestion({ ...question, topic: event.currentTarget.value })}
        autoComplete="off"
      />
      <Answer question={question} />
    </section>
  );
}
