import type { ApiUser } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { StatusMark } from '../../parts/status-mark.js';

/** Deactivated, online or offline. */
export function UserStatus({ t, user }: { readonly t: TFunction; readonly user: ApiUser }) {
  if (!user.is_active) return <StatusMark status="warning">{t('status.inactive')}</StatusMark>;
  if (user.session_count > 0) return <StatusMark status="ok">{t('status.online')}</StatusMark>;
  return <StatusMark status="off">{t('status.offline')}</StatusMark>;
}
