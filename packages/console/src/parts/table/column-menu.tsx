import { ActionIcon, Checkbox, Popover, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icon.js';
import type { Column } from './column.js';
import classNames from './table.module.css';

/** The choice of columns. At least one stays. */
export function ColumnMenu<Row>(props: {
  readonly columns: readonly Column<Row>[];
  readonly shown: readonly string[];
  readonly onChange: (shown: readonly string[] | null) => void;
}) {
  const { t } = useTranslation();
  const { columns, shown, onChange } = props;
  const toggle = (key: string): void => {
    const wanted = columns.map((column) => column.key).filter((one) => (one === key) !== shown.includes(one));
    if (wanted.length > 0) onChange(wanted);
  };
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t('actions.columns')}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('table.columnsHint')}>
            <Icon name="columns" />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classNames.columnMenu}>
        {columns.map(({ key, head }) => (
          <Checkbox key={key} label={head} checked={shown.includes(key)} onChange={() => toggle(key)} />
        ))}
        <button type="button" className={classNames.textButton} onClick={() => onChange(null)}>
          {t('actions.reset')}
        </button>
      </Popover.Dropdown>
    </Popover>
  );
}
