import { Button, Checkbox } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { SearchField } from '../../parts/search-field.js';
import { Unloaded } from '../../parts/unloaded.js';
import { useStore } from '../../state/use-store.js';
import { AddUser } from './add-user.js';
import { Checker, noQuestion } from './checker.js';
import { type Change, cellKey, cellRoles, changesOf, draft, withRole } from './draft.js';
import { Matrix as MatrixGrid } from './matrix.js';
import classNames from './permissions.module.css';
import { Review } from './review.js';
import { type Matrix, useMatrix } from './use-matrix.js';

const contains = (name: string, search: string): boolean => name.toLowerCase().includes(search.trim().toLowerCase());

/** The rows and columns that match the searches. */
function useShown(matrix: Matrix) {
  const [words] = useSearchParams();
  const [userSearch, setUserSearch] = useState(words.get('search') ?? '');
  const [namespaceSearch, setNamespaceSearch] = useState(words.get('namespace') ?? '');
  const [isGrantedOnly, setGrantedOnly] = useState(false);
  const pending = useStore(draft);
  const namespaces = useMemo(
    () => matrix.namespaces.filter(({ name }) => contains(name, namespaceSearch)),
    [matrix.namespaces, namespaceSearch],
  );
  const users = useMemo(() => {
    const hasRole = (userId: number): boolean =>
      namespaces.some(({ id }) => {
        const key = cellKey(userId, id);
        return matrix.roles.has(key) || pending.has(key);
      });
    return matrix.users.filter(({ id, username }) => contains(username, userSearch) && (!isGrantedOnly || hasRole(id)));
  }, [matrix.users, matrix.roles, namespaces, pending, userSearch, isGrantedOnly]);
  return {
    users,
    namespaces,
    userSearch,
    setUserSearch,
    namespaceSearch,
    setNamespaceSearch,
    isGrantedOnly,
    setGrantedOnly,
  };
}

function Legend() {
  const { t } = useTranslation();
  return (
    <p className={classNames.legend}>
      {cellRoles.map((role, index) => (
        <span key={role}>
          <kbd>{index}</kbd> {t(`roleLines.${role}`)}
        </span>
      ))}
    </p>
  );
}

/** Searches, filter, and the count of the shown users and namespaces. */
function Bar({ shown, canAdd }: { readonly shown: ReturnType<typeof useShown>; readonly canAdd: boolean }) {
  const { t } = useTranslation();
  const userCount = shown.users.length;
  const namespaceCount = shown.namespaces.length;
  return (
    <div className={classNames.bar}>
      <SearchField
        value={shown.userSearch}
        onChange={shown.setUserSearch}
        placeholder={t('permissions.searchUsers')}
        width={200}
      />
      <SearchField
        value={shown.namespaceSearch}
        onChange={shown.setNamespaceSearch}
        placeholder={t('permissions.searchNamespaces')}
        width={200}
        isSecond
      />
      <Checkbox
        label={t('permissions.grantedOnly')}
        checked={shown.isGrantedOnly}
        onChange={(event) => shown.setGrantedOnly(event.currentTarget.checked)}
      />
      {canAdd && <AddUser />}
      <span className={classNames.barEnd} role="status">
        {t('permissions.size', {
          users: t('permissions.users', { count: userCount, n: exact(userCount) }),
          namespaces: t('permissions.namespaces', { count: namespaceCount, n: exact(namespaceCount) }),
        })}
      </span>
    </div>
  );
}

function NoNamespaces({ isAdministrator }: { readonly isAdministrator: boolean }) {
  const { t } = useTranslation();
  if (!isAdministrator) return <Empty text={t('permissions.nothingManaged')} />;
  return (
    <Empty text={t('permissions.noNamespaces')}>
      <Button component={Link} to="/namespaces" variant="default">
        {t('actions.toNamespaces')}
      </Button>
    </Empty>
  );
}

function Content({ matrix }: { readonly matrix: Matrix }) {
  const pending = useStore(draft);
  const [question, setQuestion] = useState(noQuestion);
  const shown = useShown(matrix);
  const isAdministrator = matrix.me.is_administrator;
  if (matrix.namespaces.length === 0) return <NoNamespaces isAdministrator={isAdministrator} />;
  return (
    <>
      {isAdministrator && (
        <Checker question={question} onQuestion={setQuestion} users={matrix.users} namespaces={matrix.namespaces} />
      )}
      <Bar shown={shown} canAdd={!isAdministrator} />
      <MatrixGrid
        users={shown.users}
        namespaces={shown.namespaces}
        roles={matrix.roles}
        draft={pending}
        onRole={(user, namespace, role) =>
          draft.update((now) => withRole(now, matrix.roles, cellKey(user.id, namespace.id), role))
        }
        onCheck={
          isAdministrator
            ? (user, namespace) => setQuestion({ ...question, userId: user.id, namespace: namespace.name })
            : null
        }
        isLinked={isAdministrator}
      />
      <Legend />
    </>
  );
}

function Actions({ changes, onReview }: { readonly changes: readonly Change[]; readonly onReview: () => void }) {
  const { t } = useTranslation();
  const count = changes.length;
  return (
    <>
      <Button variant="default" disabled={count === 0} onClick={() => draft.set(new Map())}>
        {t('actions.discard')}
      </Button>
      <Button disabled={count === 0} onClick={onReview}>
        {count === 0 ? t('permissions.noChanges') : t('permissions.review', { count, n: count })}
      </Button>
    </>
  );
}

/** The roles of all users in all namespaces, and the check of a single permission. */
export function Permissions() {
  const { t } = useTranslation();
  const [isReviewing, setReviewing] = useState(false);
  const query = useMatrix();
  const { matrix } = query;
  const pending = useStore(draft);
  const changes = useMemo(
    () => (matrix === undefined ? [] : changesOf(pending, matrix.roles, matrix.users, matrix.namespaces)),
    [pending, matrix],
  );
  return (
    <Page
      title={t('nav.permissions')}
      isFilled
      actions={matrix === undefined ? undefined : <Actions changes={changes} onReview={() => setReviewing(true)} />}
    >
      {matrix === undefined ? <Unloaded query={query} /> : <Content matrix={matrix} />}
      {isReviewing && <Review changes={changes} onClose={() => setReviewing(false)} />}
    </Page>
  );
}
