/** A problem of the configuration, or of the machine, that ends the start. The message is one line for people. */
export class StartupError extends Error {
  /** 1: the configuration file is missing. 2: any other problem. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartupError';
    this.exitCode = exitCode;
  }
}
