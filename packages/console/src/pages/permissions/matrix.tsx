import { useVirtualizer } from '@tanstack/react-virtual';
import type { TFunction } from 'i18next';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSlots } from '../../parts/slots.js';
import { useSize } from '../../parts/use-size.js';
import { type CellRole, cellKey, type MatrixNamespace, type MatrixUser, type Roles } from './draft.js';
import classNames from './matrix.module.css';
import { type CellWords, MatrixRow } from './matrix-row.js';
import { type OpenCell, RoleMenu } from './role-menu.js';
import { type Place, placeOf, useCellKeys } from './use-cell-keys.js';

export interface MatrixProps {
  readonly users: readonly MatrixUser[];
  readonly namespaces: readonly MatrixNamespace[];
  readonly roles: Roles;
  readonly draft: Roles;
  readonly onRole: (user: MatrixUser, namespace: MatrixNamespace, role: CellRole) => void;
  readonly onCheck: ((user: MatrixUser, namespace: MatrixNamespace) => void) | null;
  readonly isLinked: boolean;
}

const rowHeight = 32;
const narrowWidth = 620;

/** The columns share the width, between the least that a role needs and the most that a name needs. */
const columnWidthOf = (room: number, count: number): number =>
  Math.min(190, Math.max(124, Math.floor(room / Math.max(1, count))));

/** The visible rows and columns. The head row and the first column stay in place. */
function useTracks(scroller: React.RefObject<HTMLDivElement | null>, rowCount: number, columnCount: number) {
  const { width } = useSize(scroller);
  const isNarrow = width > 0 && width < narrowWidth;
  const headWidth = isNarrow ? 128 : 230;
  const columnWidth = columnWidthOf(width - headWidth, columnCount);
  const getScrollElement = (): HTMLDivElement | null => scroller.current;
  const rows = useVirtualizer({
    count: rowCount,
    getScrollElement,
    useFlushSync: false,
    estimateSize: () => rowHeight,
    overscan: 4,
    paddingStart: rowHeight,
    scrollPaddingStart: rowHeight,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: columnCount,
    getScrollElement,
    useFlushSync: false,
    estimateSize: () => columnWidth,
    overscan: 1,
    paddingStart: headWidth,
    scrollPaddingStart: headWidth,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes it has measured are those of the old width.
  useEffect(() => columns.measure(), [columnWidth, headWidth]);
  return { rows, columns, headWidth, columnWidth };
}

function Heads(props: {
  readonly namespaces: readonly MatrixNamespace[];
  readonly columns: ReturnType<typeof useTracks>['columns'];
}) {
  const { t } = useTranslation();
  return (
    <thead className={classNames.heads}>
      <tr aria-rowindex={1}>
        <th scope="col" className={classNames.corner}>
          {t('fields.user')}
        </th>
        {props.columns.getVirtualItems().map(({ index, start, size }) => {
          const { id, name, isActive } = props.namespaces[index]!;
          return (
            <th
              key={id}
              scope="col"
              aria-colindex={index + 2}
              className={classNames.namespace}
              style={{ left: start, width: size }}
              title={isActive ? name : `${name}: ${t('status.inactive')}`}
            >
              <span className="clip">{name}</span>
              {!isActive && <span className={classNames.remark}>{t('status.inactive')}</span>}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

const cellWords = (t: TFunction): CellWords => ({
  roles: { none: t('roles.none'), sub: t('roles.sub'), pub: t('roles.pub'), admin: t('roles.admin') },
  all: t('permissions.all'),
});

interface MatrixTableProps extends Pick<MatrixProps, 'users' | 'namespaces' | 'roles' | 'draft' | 'isLinked'> {
  readonly tracks: ReturnType<typeof useTracks>;
  readonly keys: ReturnType<typeof useCellKeys>;
  readonly onOpen: (place: Place) => void;
}

function MatrixTable(props: MatrixTableProps) {
  const { t } = useTranslation();
  const { users, namespaces, roles, draft, isLinked, tracks, keys, onOpen } = props;
  const { rows, columns, headWidth } = tracks;
  const slots = useSlots(rows.getVirtualItems());
  const words = useMemo(() => cellWords(t), [t]);
  const style = { width: columns.getTotalSize(), height: rows.getTotalSize(), '--head': `${headWidth}px` };
  return (
    <table
      aria-label={t('nav.permissions')}
      aria-rowcount={users.length + 1}
      aria-colcount={namespaces.length + 1}
      className={classNames.grid}
      style={style as React.CSSProperties}
      onKeyDown={keys.onKeyDown}
      onFocus={(event) => {
        const place = placeOf(event.target);
        if (place !== undefined) keys.setCurrent(place);
      }}
      onClick={(event) => {
        const place = placeOf(event.target);
        if (place !== undefined) onOpen(place);
      }}
    >
      <Heads namespaces={namespaces} columns={columns} />
      <tbody>
        {slots.map(({ slot, item: { index, start } }) => (
          <MatrixRow
            key={slot}
            words={words}
            user={users[index]!}
            index={index}
            top={start - rowHeight}
            namespaces={namespaces}
            columns={columns.getVirtualItems()}
            roles={roles}
            draft={draft}
            focusColumn={keys.current.row === index ? keys.current.column : null}
            isLinked={isLinked}
          />
        ))}
      </tbody>
    </table>
  );
}

/** The cell whose menu is open; null when none is, or when a search has removed it. */
function openCell(
  { users, namespaces, roles, draft }: MatrixProps,
  { headWidth, columnWidth }: ReturnType<typeof useTracks>,
  opened: Place | null,
): OpenCell | null {
  const user = opened === null ? undefined : users[opened.row];
  const namespace = opened === null ? undefined : namespaces[opened.column];
  if (opened === null || user === undefined || namespace === undefined) return null;
  const key = cellKey(user.id, namespace.id);
  return {
    label: `${user.username} · ${namespace.name}`,
    role: draft.get(key) ?? roles.get(key) ?? 'none',
    left: headWidth + opened.column * columnWidth,
    top: rowHeight + opened.row * rowHeight,
    width: columnWidth,
    height: rowHeight,
  };
}

/** Users by namespaces, with the role in each cell. Only the visible cells are rendered. */
export function Matrix(props: MatrixProps) {
  const { users, namespaces, onRole, onCheck } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const tracks = useTracks(scroller, users.length, namespaces.length);
  const { rows, columns } = tracks;
  const [opened, setOpened] = useState<Place | null>(null);
  const scrollTo = useCallback(
    ({ row, column }: Place) => {
      rows.scrollToIndex(row);
      columns.scrollToIndex(column);
    },
    [rows, columns],
  );
  const set = ({ row, column }: Place, role: CellRole): void => onRole(users[row]!, namespaces[column]!, role);
  const counts = { rowCount: users.length, columnCount: namespaces.length };
  const keys = useCellKeys({ ...counts, grid: scroller, scrollTo, onRole: set });
  const close = (): void => {
    if (opened !== null) keys.focus(opened);
    setOpened(null);
  };
  const choose = (role: CellRole): void => {
    if (opened !== null) set(opened, role);
    close();
  };
  const check = (): void => {
    if (opened !== null) onCheck?.(users[opened.row]!, namespaces[opened.column]!);
    close();
  };
  return (
    <div ref={scroller} className="sheet">
      <MatrixTable {...props} tracks={tracks} keys={keys} onOpen={setOpened} />
      <RoleMenu
        cell={openCell(props, tracks, opened)}
        onChoose={choose}
        onCheck={onCheck === null ? null : check}
        onClose={close}
      />
    </div>
  );
}
