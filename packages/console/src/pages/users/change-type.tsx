import { Select } from '@mantine/core';
import type { ApiUser, UpdateUserRequest, UserType } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormFrame } from '../../parts/form-frame.js';
import { disconnectsText } from './effects.js';
import { userTypes, usesMessaging } from './user-types.js';

/** The type of a user. A chosen type takes effect with the button, which stands beside its consequences. */
export function ChangeType(props: {
  readonly user: ApiUser;
  readonly onChange: (change: UpdateUserRequest) => Promise<void>;
}) {
  const { t } = useTranslation();
  const { user, onChange } = props;
  const [chosen, setChosen] = useState<UserType>(user.user_type);
  const select = (
    <Select
      label={t('users.type')}
      description={t(`users.typeHints.${chosen}`)}
      value={chosen}
      allowDeselect={false}
      onChange={(value) => setChosen(value ?? user.user_type)}
      data={userTypes.map((value) => ({ value, label: t(`users.types.${value}`) }))}
    />
  );
  if (chosen === user.user_type) return select;
  return (
    <FormFrame
      action={t('users.changeType')}
      onSubmit={() => onChange({ user_type: chosen })}
      onCancel={() => setChosen(user.user_type)}
    >
      {select}
      {usesMessaging(user.user_type) && !usesMessaging(chosen) && <p>{disconnectsText(t, user)}</p>}
      <p className="muted">{t('users.typeChangeText')}</p>
    </FormFrame>
  );
}
