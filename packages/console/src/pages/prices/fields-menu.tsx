import { Button, Popover, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/icon.js';
import { type FieldChoice, fieldsOf, type PriceRole, priceRoles } from '../../parts/prices/price-fields.js';
import classNames from './prices.module.css';

/** Values of the choice that are not names of columns: no column can have them, since a name has no line break. */
const found = '\n';
const none = '\n\n';

/** Which column each price is read from: the one found by its name, or another. */
export function FieldsMenu(props: {
  readonly columns: readonly string[];
  readonly choice: FieldChoice;
  readonly onChoose: (choice: FieldChoice) => void;
}) {
  const { t } = useTranslation();
  const { columns, choice, onChoose } = props;
  const byName = fieldsOf(columns);
  const choose = (role: PriceRole, value: string | null): void => {
    const { [role]: _before, ...others } = choice;
    if (value === found || value === null) onChoose(others);
    else onChoose({ ...others, [role]: value === none ? null : value });
  };
  const chosenOf = (role: PriceRole): string => {
    const chosen = choice[role];
    return chosen === undefined ? found : (chosen ?? none);
  };
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="columns" size={14} />}>
          {t('prices.fields')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classNames.fields} aria-label={t('prices.fields')}>
        <p className="muted">{t('prices.fieldsHint')}</p>
        {priceRoles.map((role) => (
          <Select
            key={role}
            label={t(`prices.roles.${role}`)}
            value={chosenOf(role)}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(value) => choose(role, value)}
            data={[
              { value: found, label: t('prices.found', { name: byName[role].join(', ') || t('prices.noColumn') }) },
              { value: none, label: t('prices.noColumn') },
              ...columns.map((name) => ({ value: name, label: name })),
            ]}
          />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
