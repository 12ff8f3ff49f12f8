/** Why an administrator's call ended a connection: in the log and in the list of closed connections. */
export const disconnectReasons = {
  byAdministrator: 'disconnected by an administrator',
  tokenReset: 'token was reset',
  noAccess: 'users of this type may not publish or subscribe',
  changedElsewhere: 'token or user type was changed at another broker',
} as const;
