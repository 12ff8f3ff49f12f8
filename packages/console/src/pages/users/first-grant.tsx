import { Select } from '@mantine/core';
import type { ApiNamespace, GrantRole } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { namespacesQuery } from '../../api/lists.js';
import classNames from './users.module.css';

/** The first grant of a new user. */
export interface FirstGrant {
  readonly namespace: ApiNamespace;
  readonly role: GrantRole;
}

const roles = ['sub', 'pub', 'admin'] as const satisfies readonly GrantRole[];

/** A namespace and a role in it, or none. Most users need only one grant. */
export function FirstGrantFields(props: {
  readonly value: FirstGrant | null;
  readonly onChange: (grant: FirstGrant | null) => void;
}) {
  const { t } = useTranslation();
  const { value, onChange } = props;
  const { data: namespaces } = useQuery(namespacesQuery);
  if (namespaces === undefined || namespaces.length === 0) return null;
  const chooseNamespace = (name: string | null): void => {
    const namespace = namespaces.find((one) => one.name === name);
    onChange(namespace === undefined ? null : { namespace, role: value?.role ?? 'sub' });
  };
  return (
    <div className={classNames.pair}>
      <Select
        label={t('users.firstGrant')}
        placeholder={t('roles.none')}
        value={value?.namespace.name ?? null}
        onChange={chooseNamespace}
        data={namespaces.map(({ name }) => name)}
        searchable
        clearable
      />
      <Select
        label={t('fields.role')}
        value={value?.role ?? 'sub'}
        disabled={value === null}
        allowDeselect={false}
        onChange={(role) => value !== null && role !== null && onChange({ ...value, role })}
        // The field has room for a word. Its list is wider, and says what the roles allow.
        data={roles.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
        renderOption={({ option }) => t(`roleLines.${option.value as GrantRole}`)}
        comboboxProps={{ width: 260, position: 'bottom-end' }}
      />
    </div>
  );
}
