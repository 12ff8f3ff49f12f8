/** What is wrong with the configuration or the place the broker was started in. Ends the start; one line for people. */
export class StartupError extends Error {
  /** 1: the configuration file is missing. 2: anything else. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartupError';
    this.exitCode = exitCode;
  }
}
