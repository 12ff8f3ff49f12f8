/** What carries the messages of the fabric. Messages of one sender to one receiver arrive in order; they may be lost. */
export interface Transport {
  /** Messages can be sent now. */
  readonly isConnected: boolean;
  /** The server that it is connected to; empty while it is not. */
  readonly server: string;
  /** Bytes that one message may have. */
  readonly maxPayloadBytes: number;
  /** Sends a message to one broker, or to all others. The bytes must not change afterwards. */
  send(receiver: string, message: Buffer): void;
  /** Resolves when what was sent has been given to the server, or after `timeoutMs`; then it is closed. */
  close(timeoutMs: number): Promise<void>;
}

/** What a transport reports. */
export interface TransportEvents {
  onMessage(bytes: Buffer): void;
  /** Messages can be sent from now on. */
  onConnected(): void;
  /** The connection came or went, or could not be made. */
  onNews(text: string, isTrouble: boolean): void;
}
