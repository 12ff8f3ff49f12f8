import type { UserType } from '@pulsemq/protocol';

/** In the order they are offered: what most users are comes first. */
export const userTypes = ['mq_normal', 'mq_super', 'admin_only', 'super_admin'] as const satisfies readonly UserType[];

/** Logs in to the console by its type. */
export const administers = (type: UserType): boolean => type === 'super_admin' || type === 'admin_only';

/** Has a token and a place on the wire. */
export const usesWire = (type: UserType): boolean => type !== 'admin_only';

/** May publish and read everything, without grants. */
export const hasAllRights = (type: UserType): boolean => type === 'super_admin' || type === 'mq_super';
