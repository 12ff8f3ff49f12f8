import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { namespacesQuery, usersQuery } from '../../api/lists.js';
import { Panel } from '../../parts/panel.js';
import { StatusMark } from '../../parts/status-mark.js';
import classNames from './dashboard.module.css';

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly hint: string;
  readonly isDone: boolean;
  readonly action: string;
  readonly path: string;
}

function Step({ number, title, hint, isDone, action, path }: StepProps) {
  const { t } = useTranslation();
  return (
    <li className={classNames.step}>
      <span className={classNames.stepNumber} aria-hidden="true">
        {number}
      </span>
      <div>
        <h3>{title}</h3>
        <p className="muted">{hint}</p>
      </div>
      {isDone ? (
        <StatusMark status="ok">{t('dashboard.first.done')}</StatusMark>
      ) : (
        <Button component={Link} to={path} variant="default">
          {action}
        </Button>
      )}
    </li>
  );
}

/** The steps to the first message, for a broker without data. A finished step is marked as done. */
export function FirstSteps() {
  const { t } = useTranslation();
  const namespaces = useQuery(namespacesQuery);
  const users = useQuery(usersQuery);
  const namespaceRows = namespaces.data ?? [];
  const clients = (users.data ?? []).filter(({ user_type: type }) => type === 'mq_normal' || type === 'mq_super');
  const hasGrant = namespaceRows.some(({ grant_count: count }) => count > 0);
  return (
    <Panel title={t('dashboard.first.title')}>
      <p className={classNames.firstHint}>{t('dashboard.first.hint')}</p>
      <ol className={classNames.steps}>
        <Step
          number={1}
          title={t('dashboard.first.namespace')}
          hint={t('dashboard.first.namespaceHint')}
          isDone={namespaceRows.length > 0}
          action={t('actions.toNamespaces')}
          path="/namespaces"
        />
        <Step
          number={2}
          title={t('dashboard.first.users')}
          hint={t('dashboard.first.usersHint')}
          isDone={clients.length > 1}
          action={t('dashboard.first.doUsers')}
          path="/users"
        />
        <Step
          number={3}
          title={t('dashboard.first.message')}
          hint={t('dashboard.first.messageHint')}
          isDone={false}
          action={hasGrant ? t('actions.publishOne') : t('dashboard.first.doGrant')}
          path={hasGrant ? '/publish' : '/permissions'}
        />
      </ol>
    </Panel>
  );
}
