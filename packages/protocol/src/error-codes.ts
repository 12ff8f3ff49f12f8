/** `error_code` of an ERROR reply. 4 is reserved by the Python client; 5, 8, 9 and 11 are ours. */
export const WireError = {
  authFailed: 0x01,
  notAuthenticated: 0x02,
  permissionDenied: 0x03,
  badName: 0x05,
  unsupportedType: 0x06,
  connectionLimit: 0x07,
  payloadTooLarge: 0x08,
  malformed: 0x09,
  badQuery: 0x0a,
  limitReached: 0x0b,
  internal: 0xff,
} as const;

export type WireError = (typeof WireError)[keyof typeof WireError];

/** `code` of every PulseMQError: one per cause, stable. */
export const ErrorCode = {
  authFailed: 'PMQ_AUTH_FAILED',
  notAuthenticated: 'PMQ_NOT_AUTHENTICATED',
  permissionDenied: 'PMQ_PERMISSION_DENIED',
  badName: 'PMQ_BAD_NAME',
  unsupportedType: 'PMQ_UNSUPPORTED_TYPE',
  connectionLimit: 'PMQ_CONNECTION_LIMIT',
  payloadTooLarge: 'PMQ_PAYLOAD_TOO_LARGE',
  malformed: 'PMQ_MALFORMED',
  badQuery: 'PMQ_BAD_QUERY',
  limitReached: 'PMQ_LIMIT_REACHED',
  internal: 'PMQ_INTERNAL',
  /** Data that cannot be sent in the format asked for, or arrived broken in the format it claims. */
  badPayload: 'PMQ_BAD_PAYLOAD',
  /** A compression algorithm nobody has defined. */
  badCompression: 'PMQ_BAD_COMPRESSION',
  /** An option of the wrong type or out of range. */
  badOption: 'PMQ_BAD_OPTION',
  /** A call that needs a connection was made without one, or the connection went away under it. */
  notConnected: 'PMQ_NOT_CONNECTED',
  /** No answer within the time allowed. */
  timeout: 'PMQ_TIMEOUT',
  /** The caller's AbortSignal fired. */
  aborted: 'PMQ_ABORTED',
  /** The peer does not speak the protocol as expected. */
  protocol: 'PMQ_PROTOCOL',
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];
