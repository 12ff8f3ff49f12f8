import { Button, Modal } from '@mantine/core';
import type { GrantRequest } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { FailureText } from '../../parts/problem.js';
import { type CellKey, type Change, draft, effectOf } from './draft.js';
import classNames from './review.module.css';

const applied = ({ user, namespace, after }: Change): Promise<unknown> => {
  const path = `/api/namespaces/${namespace.id}/permissions`;
  if (after === 'none') return ask(`${path}/${user.id}`, { method: 'DELETE' });
  // A negative id stands for a username that the viewer added.
  const target: Pick<GrantRequest, 'user_id' | 'username'> =
    user.id > 0 ? { user_id: user.id } : { username: user.username };
  return ask(path, { method: 'POST', body: { ...target, role: after } satisfies GrantRequest });
};

function ChangeRow({ change, failure }: { readonly change: Change; readonly failure: unknown }) {
  const { t } = useTranslation();
  const { user, namespace, before, after } = change;
  const effect = effectOf(change);
  const count = user.sessionCount;
  return (
    <>
      <tr>
        <td>{user.username}</td>
        <td>{namespace.name}</td>
        <td>
          <del>{t(`roles.${before}`)}</del> → <ins>{t(`roles.${after}`)}</ins>
        </td>
        <td className={classNames.effect}>
          {effect === 'ends' && count > 0
            ? t('permissions.endsSessions', { count, n: count })
            : t(`permissions.effects.${effect}`)}
        </td>
      </tr>
      {failure !== undefined && (
        <tr className={classNames.refused}>
          <td colSpan={4} className={classNames.failure}>
            <FailureText failure={failure} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Applies the changes one after the other. An applied change leaves the draft; a refused one stays, with the reason. */
function useApply(changes: readonly Change[], onDone: () => void) {
  const queries = useQueryClient();
  const [failures, setFailures] = useState<ReadonlyMap<CellKey, unknown>>(new Map());
  const [doneCount, setDoneCount] = useState<number | null>(null);
  const apply = async (): Promise<void> => {
    const failed = new Map<CellKey, unknown>();
    const through: CellKey[] = [];
    setFailures(failed);
    for (const [index, change] of changes.entries()) {
      setDoneCount(index);
      try {
        await applied(change);
        through.push(change.cell);
      } catch (failure) {
        failed.set(change.cell, failure);
      }
    }
    await queries.invalidateQueries({ queryKey: ['grants'] });
    void queries.invalidateQueries({ queryKey: ['namespaces'] });
    draft.update((now) => new Map([...now].filter(([cell]) => !through.includes(cell))));
    setFailures(failed);
    setDoneCount(null);
    if (failed.size === 0) onDone();
  };
  return { apply, failures, doneCount };
}

/** The changes, before they are applied. */
export function Review(props: { readonly changes: readonly Change[]; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { changes, onClose } = props;
  const { apply, failures, doneCount } = useApply(changes, onClose);
  const count = changes.length;
  const isBusy = doneCount !== null;
  return (
    <Modal opened onClose={isBusy ? () => {} : onClose} title={t('permissions.reviewTitle')} size={760}>
      <div className={classNames.list}>
        <table className={classNames.changes} aria-label={t('permissions.reviewTitle')}>
          <thead>
            <tr>
              <th scope="col">{t('fields.user')}</th>
              <th scope="col">{t('fields.namespace')}</th>
              <th scope="col">{t('fields.role')}</th>
              <th scope="col" className={classNames.effect}>
                {t('permissions.effect')}
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <ChangeRow key={change.cell} change={change} failure={failures.get(change.cell)} />
            ))}
          </tbody>
        </table>
      </div>
      <div className={classNames.end}>
        <span className="muted" role="status">
          {isBusy && t('permissions.applying', { done: doneCount, of: count })}
          {!isBusy && failures.size > 0 && t('permissions.someFailed', { count: failures.size, n: failures.size })}
        </span>
        <Button variant="default" onClick={onClose} disabled={isBusy}>
          {t('actions.cancel')}
        </Button>
        <Button onClick={() => void apply()} loading={isBusy} disabled={count === 0}>
          {t('permissions.apply', { count, n: count })}
        </Button>
      </div>
    </Modal>
  );
}
