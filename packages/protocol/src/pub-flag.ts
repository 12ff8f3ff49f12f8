/** High four bits of the flags byte of a PUB. The receiver of a delivery sees them as the publisher set them. */
export const PubFlag = {
  /** Set by the Python client 0.5.0 ("ACK wanted"); we answer anyway. */
  ackWanted: 0x10,
  /** No reply is wanted, neither for success nor for failure. */
  noReply: 0x20,
  /** Keep this message when a slow subscriber's queue is conflated (a trade, not a quote). */
  doNotConflate: 0x40,
  /** This message may be a second copy: its first publish was not acknowledged. */
  maybeDuplicate: 0x80,
} as const;
