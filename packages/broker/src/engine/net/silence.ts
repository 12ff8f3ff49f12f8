/** A connection as far as its silence goes. Times are Unix milliseconds. */
export interface Heard {
  /** When anything was last heard from the peer. */
  heardMs: number;
  /** When a PING was sent that nothing has been heard since; 0 for none. */
  pingedMs: number;
  /** It is not read from for now: its peer may say what it likes. */
  readonly isPaused: boolean;
  /** Asks whether the peer is there, if the answer can come in time. */
  sendPing(nowMs: number): void;
  close(reason: string): void;
}

/** How long a peer may be silent before it is asked, and how long it may take to answer. */
export interface SilenceLimits {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

/** Something was heard, or its silence is excused: it counts from now. */
export function hear(connection: Heard, nowMs: number): void {
  connection.heardMs = nowMs;
  connection.pingedMs = 0;
}

/** Asks a peer that has been silent for long, and closes the connection of one that did not answer. */
export function checkSilence(connection: Heard, nowMs: number, { pingIntervalMs, pingTimeoutMs }: SilenceLimits): void {
  // Who is not read from cannot be heard: a publisher that waits for readers is no silent one.
  if (connection.isPaused) hear(connection, nowMs);
  else if (connection.pingedMs > 0) {
    if (nowMs - connection.pingedMs > pingTimeoutMs) connection.close(`no answer to a PING within ${pingTimeoutMs} ms`);
  } else if (nowMs - connection.heardMs > pingIntervalMs) connection.sendPing(nowMs);
}
