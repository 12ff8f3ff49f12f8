/** `error_code` of an ERROR reply. The Python client reserves 4. This broker adds 5, 8, 9, 11, 12 and 13 to the codes of `pulse-mq`. */
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
  /** The message was delivered, and the journal could not store it. */
  notStored: 0x0c,
  /** The broker that has what was asked for cannot be reached now. */
  unreachable: 0x0d,
  internal: 0xff,
} as const;

/** One of the codes. */
export type WireError = (typeof WireError)[keyof typeof WireError];

/** `code` of a PulseMQError. Stable, one per cause. */
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
  notStored: 'PMQ_NOT_STORED',
  unreachable: 'PMQ_UNREACHABLE',
  internal: 'PMQ_INTERNAL',
  /** Data that the requested format cannot hold, or a payload that is not valid in its declared format. */
  badPayload: 'PMQ_BAD_PAYLOAD',
  /** An unknown compression algorithm. */
  badCompression: 'PMQ_BAD_COMPRESSION',
  /** An option or argument of the wrong type or out of its range. */
  badOption: 'PMQ_BAD_OPTION',
  /** There is no connection, or it was lost during the call. */
  notConnected: 'PMQ_NOT_CONNECTED',
  /** No answer in time. */
  timeout: 'PMQ_TIMEOUT',
  /** The AbortSignal of the call was aborted. */
  aborted: 'PMQ_ABORTED',
  /** The broker does not have a feature that an option needs. */
  unsupportedFeature: 'PMQ_UNSUPPORTED_FEATURE',
  /** A snapshot ended before all images had arrived. */
  snapshotEnded: 'PMQ_SNAPSHOT_ENDED',
  replayEnded: 'PMQ_REPLAY_ENDED',
  /** The peer broke the protocol. */
  protocol: 'PMQ_PROTOCOL',
} as const;

/** One of the codes. */
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];
