import { Kbd, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type CellRole, cellRoles } from './draft.js';
import classNames from './matrix.module.css';

export interface OpenCell {
  readonly label: string;
  readonly role: CellRole;
  /** The place in the grid, in CSS pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The menu of roles, at the open cell. The whole grid has only this one. */
export function RoleMenu(props: {
  readonly cell: OpenCell | null;
  readonly onChoose: (role: CellRole) => void;
  readonly onCheck: (() => void) | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { cell, onChoose, onCheck, onClose } = props;
  if (cell === null) return null;
  return (
    <Menu opened onClose={onClose} position="bottom-start" offset={2} width={300} returnFocus={false}>
      <Menu.Target>
        <span
          className={classNames.anchor}
          style={{ left: cell.left, top: cell.top, width: cell.width, height: cell.height }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={cell.label}>
        <Menu.Label>{cell.label}</Menu.Label>
        {cellRoles.map((role, index) => (
          <Menu.Item
            key={role}
            onClick={() => onChoose(role)}
            rightSection={<Kbd size="xs">{index}</Kbd>}
            {...(role === cell.role && { 'aria-current': true, fw: 650 })}
          >
            {t(`roleLines.${role}`)}
          </Menu.Item>
        ))}
        {onCheck !== null && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={onCheck}>{t('permissions.checkThis')}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
