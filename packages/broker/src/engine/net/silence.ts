/** A connection, as the check for silence sees it. Times are milliseconds of the monotonic clock. */
export interface Heard {
  /** When anything was last heard from the peer. */
  heardMs: number;
  /** When a PING was sent after which nothing has been heard; 0 for none. */
  pingedMs: number;
  /** It is not read from for now. */
  readonly isPaused: boolean;
  /** Sends a PING if the answer can come in time. */
  sendPing(nowMs: number): void;
  close(reason: string): void;
}

/** How long a peer may be silent before it gets a PING, and how long it may take to answer. */
export interface SilenceLimits {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

/** Counts the silence from now: something was heard, or its silence is excused. */
export function hear(connection: Heard, nowMs: number): void {
  connection.heardMs = nowMs;
  connection.pingedMs = 0;
}

/** Sends a PING to a peer that has been silent too long, and closes the connection of one that did not answer. */
export function checkSilence(connection: Heard, nowMs: number, { pingIntervalMs, pingTimeoutMs }: SilenceLimits): void {
  // A paused peer's silence proves nothing.
  if (connection.isPaused) hear(connection, nowMs);
  else if (connection.pingedMs > 0) {
    if (nowMs - connection.pingedMs > pingTimeoutMs) connection.close(`no answer to a PING within ${pingTimeoutMs} ms`);
  } else if (nowMs - connection.heardMs > pingIntervalMs) connection.sendPing(nowMs);
}
