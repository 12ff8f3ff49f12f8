/** High four bits of the flags byte of a PUB. A delivery carries them unchanged. */
export const PubFlag = {
  /** The Python client 0.5.0 sets it to request an ACK. This broker answers without it, too. */
  ackWanted: 0x10,
  /** Requests no reply, neither for success nor for failure. */
  noReply: 0x20,
  /** Excludes the message from conflation: for trades, not for quotes. */
  doNotConflate: 0x40,
  /** The message may be a duplicate: its first publish was not acknowledged. */
  maybeDuplicate: 0x80,
} as const;
