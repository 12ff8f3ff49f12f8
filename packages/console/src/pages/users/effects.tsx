import type { ApiUser } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';

/** "Disconnects 3 sessions of publisher_01." */
export const disconnectsText = (t: TFunction, { username, session_count: count }: ApiUser): string =>
  count === 0
    ? t('users.disconnectsNone', { name: username })
    : t('users.disconnects', { name: username, count, n: count });

/** The sessions that an action disconnects, then its other effects. */
export function Effects({ t, user, more }: { readonly t: TFunction; readonly user: ApiUser; readonly more: string }) {
  return (
    <>
      <p>{disconnectsText(t, user)}</p>
      <p className="muted">{more}</p>
    </>
  );
}
