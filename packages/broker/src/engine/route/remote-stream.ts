/** Where the messages of a route come from, when publishers of another broker send them. */
export interface RemoteStream {
  /** That broker can be reached. */
  readonly isReachable: boolean;
  /** That broker has ended: no message of this stream will come. */
  readonly isOver: boolean;
  /** Since when it can, or cannot, be reached, Unix microseconds. */
  readonly changedUs: number;
  /** When its last message was received by that broker, Unix microseconds. */
  readonly receivedAtUs: number;
  /** The route is gone. If the stream goes on, it gets a new one. */
  forget(): void;
}
