/** The path of the server's binary; undefined where there is none. */
export function natsBinary(): string | undefined;

export class NatsServer {
  static start(words?: readonly string[]): Promise<NatsServer>;
  /** `nats://127.0.0.1:PORT`. */
  readonly url: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}
