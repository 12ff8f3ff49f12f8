import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../api/api-failure.js';
import { failureWords } from '../i18n/zh/failure-words.js';
import { session } from '../state/session.js';
import { useStore } from '../state/use-store.js';
import { Empty } from './empty.js';
import classNames from './empty.module.css';

/** A failure as a sentence, with the request id. */
export function FailureText({ failure }: { readonly failure: unknown }) {
  const { t, i18n } = useTranslation();
  if (!(failure instanceof ApiFailure)) return <p>{failure instanceof Error ? failure.message : String(failure)}</p>;
  const { details } = failure;
  // The message has the name of the field before the same problem.
  const sentence = details.length === 1 ? details[0]!.problem : failure.message;
  const translated = i18n.language === 'zh' ? failureWords[failure.code] : undefined;
  return (
    <>
      {failure.isUnreachable && <p>{t('errors.unreachable')}</p>}
      {translated !== undefined && <p>{translated}</p>}
      {!failure.isUnreachable && (
        <p lang="en" className={translated === undefined ? undefined : 'muted'}>
          {sentence}
        </p>
      )}
      {details.length > 1 &&
        details.map(({ field, problem }) => (
          <p key={field + problem} lang="en">
            <code>{field}</code> {problem}
          </p>
        ))}
      {failure.requestId !== '' && (
        <p className="muted">
          <small>{t('errors.requestId', { id: failure.requestId })}</small>
        </p>
      )}
    </>
  );
}

/** A box that screen readers announce. */
export function AlertBox({ children }: { readonly children: React.ReactNode }) {
  return (
    <div className={classNames.alert} role="alert">
      {children}
    </div>
  );
}

/** The failure of an action, in a box beside its button. Nothing while there is none. */
export function FailureAlert({ failure }: { readonly failure: unknown }) {
  if (failure === undefined) return null;
  return (
    <AlertBox>
      <FailureText failure={failure} />
    </AlertBox>
  );
}

/** Stands in for data that could not be loaded, with a retry. A missing permission looks different from a fault. */
export function Problem({
  failure,
  onRetry,
}: {
  readonly failure: unknown;
  readonly onRetry?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const viewer = useStore(session);
  if (failure instanceof ApiFailure && failure.status === 403) {
    return (
      <Empty text={t('errors.noPermission')}>
        {viewer.state === 'in' && <p>{t('errors.noPermissionHint', { name: viewer.username })}</p>}
      </Empty>
    );
  }
  // A retry does not bring a deleted item back.
  const isGone = failure instanceof ApiFailure && failure.status === 404;
  return (
    <div className={classNames.problem} role="alert">
      <FailureText failure={failure} />
      {onRetry && !isGone && (
        <Button variant="default" onClick={onRetry}>
          {t('actions.retry')}
        </Button>
      )}
    </div>
  );
}
