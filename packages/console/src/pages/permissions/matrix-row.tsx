import type { VirtualItem } from '@tanstack/react-virtual';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { classes } from '../../parts/classes.js';
import { useBlurOn } from '../../parts/slots.js';
import { hasAllRights } from '../users/user-types.js';
import { type CellRole, cellKey, type MatrixNamespace, type MatrixUser, type Roles } from './draft.js';
import classNames from './matrix.module.css';

/** The texts of the cells, looked up once for thousands of cells. */
export interface CellWords {
  readonly roles: Readonly<Record<CellRole, string>>;
  /** For users whose type has access to every namespace. */
  readonly all: string;
}

/** Most cells have no role: with a dash there, the others stand out. */
const shortWord = ({ roles }: CellWords, role: CellRole): string => (role === 'none' ? '–' : roles[role]);

interface CellProps {
  readonly words: CellWords;
  readonly username: string;
  readonly namespace: string;
  readonly column: number;
  readonly left: number;
  readonly width: number;
  readonly before: CellRole;
  readonly after: CellRole;
  /** The type of the user has access to every namespace: a role adds nothing. */
  readonly hasAll: boolean;
  readonly isFocusable: boolean;
}

const Cell = memo(function Cell(props: CellProps) {
  const { words, username, namespace, column, left, width, before, after, hasAll, isFocusable } = props;
  const isAll = hasAll && after === 'none';
  const isChanged = before !== after;
  const plain = isAll ? words.all : words.roles[after];
  const spoken = isChanged ? `${words.roles[before]} → ${words.roles[after]}` : plain;
  return (
    <td
      aria-colindex={column + 2}
      className={isChanged ? `${classNames.cell} ${classNames.changed}` : classNames.cell}
      style={{ left, width }}
    >
      <button
        type="button"
        data-column={column}
        data-role={isAll ? 'all' : after}
        tabIndex={isFocusable ? 0 : -1}
        aria-label={`${username} · ${namespace}: ${spoken}`}
        aria-haspopup="menu"
      >
        {isChanged && (
          <>
            <del>{shortWord(words, before)}</del> →{' '}
          </>
        )}
        {isAll ? words.all : shortWord(words, after)}
      </button>
    </td>
  );
});

export interface MatrixRowProps {
  readonly words: CellWords;
  readonly user: MatrixUser;
  readonly index: number;
  readonly top: number;
  readonly namespaces: readonly MatrixNamespace[];
  readonly columns: readonly VirtualItem[];
  readonly roles: Roles;
  readonly draft: Roles;
  /** The column of this row that is in the tab order. */
  readonly focusColumn: number | null;
  /** The usernames are links; only administrators may open users. */
  readonly isLinked: boolean;
}

function RowHead({ user, isLinked }: { readonly user: MatrixUser; readonly isLinked: boolean }) {
  const { t } = useTranslation();
  const { id, username, userType, isActive } = user;
  const remark = isActive
    ? userType !== null && userType !== 'mq_normal' && t(`users.types.${userType}`)
    : t('status.inactive');
  return (
    <th scope="row" className={classNames.user}>
      {isLinked ? (
        <Link to={`/users/${id}`} className="clip" title={username} tabIndex={-1}>
          {username}
        </Link>
      ) : (
        <span className="clip" title={username}>
          {username}
        </span>
      )}
      {remark !== false && <span className={classNames.remark}>{remark}</span>}
    </th>
  );
}

/** One user, with a cell for each visible namespace. */
export const MatrixRow = memo(function MatrixRow(props: MatrixRowProps) {
  const { words, user, index, top, namespaces, columns, roles, draft, focusColumn, isLinked } = props;
  const hasAll = user.userType !== null && hasAllRights(user.userType);
  const row = useBlurOn(user.id);
  return (
    <tr
      ref={row}
      aria-rowindex={index + 2}
      data-row={index}
      className={classes(classNames.row, !user.isActive && classNames.off)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <RowHead user={user} isLinked={isLinked} />
      {columns.map(({ index: column, start, size }) => {
        const namespace = namespaces[column]!;
        const key = cellKey(user.id, namespace.id);
        const before = roles.get(key) ?? 'none';
        return (
          <Cell
            key={namespace.id}
            words={words}
            username={user.username}
            namespace={namespace.name}
            column={column}
            left={start}
            width={size}
            before={before}
            after={draft.get(key) ?? before}
            hasAll={hasAll}
            isFocusable={focusColumn === column}
          />
        );
      })}
    </tr>
  );
});
