import type { UserType } from '@pulsemq/protocol';

/** In the order of the form: the most common type first. */
export const userTypes = ['mq_normal', 'mq_super', 'admin_only', 'super_admin'] as const satisfies readonly UserType[];

/** Users of this type are administrators. */
export const administers = (type: UserType): boolean => type === 'super_admin' || type === 'admin_only';

/** Users of this type have a token, and may publish and subscribe. */
export const usesMessaging = (type: UserType): boolean => type !== 'admin_only';

/** Users of this type may publish and subscribe everywhere, without grants. */
export const hasAllRights = (type: UserType): boolean => type === 'super_admin' || type === 'mq_super';
