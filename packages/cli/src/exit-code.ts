/** Exit codes of all commands, one for each class of error. */
export const ExitCode = {
  ok: 0,
  missingFile: 1,
  usage: 2,
  unreachable: 3,
  unauthenticated: 4,
  denied: 5,
  refused: 6,
  damaged: 7,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The meaning of each exit code, for the help. docs/command-line.md repeats it, and a test compares the two. */
export const exitCodeMeaning: Readonly<Record<ExitCode, string>> = {
  0: 'success; also when a command that runs until it is stopped was stopped',
  1: 'a file given by the user does not exist',
  2: 'wrong usage, invalid configuration or input, or the broker could not start',
  3: 'the broker cannot be reached, does not answer in time, or the connection broke',
  4: 'credentials are missing or wrong',
  5: 'the user lacks the permission',
  6: 'the broker refused for another reason: unknown or duplicate name, payload too large, limit reached',
  7: 'a recording or a backup is damaged or incomplete',
  130: 'stopped by SIGINT (Ctrl-C) before it was done',
  143: 'stopped by SIGTERM or SIGHUP before it was done',
};

/** An expected error. Its message is printed as one line, and its exit code ends the command. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

export const usageError = (message: string): CommandError => new CommandError(ExitCode.usage, message);

const codeOfClientError: Readonly<Record<string, ExitCode>> = {
  PMQ_AUTH_FAILED: ExitCode.unauthenticated,
  PMQ_NOT_AUTHENTICATED: ExitCode.unauthenticated,
  PMQ_PERMISSION_DENIED: ExitCode.denied,
  PMQ_NOT_CONNECTED: ExitCode.unreachable,
  PMQ_TIMEOUT: ExitCode.unreachable,
  PMQ_BAD_NAME: ExitCode.usage,
  PMQ_BAD_OPTION: ExitCode.usage,
  PMQ_BAD_PAYLOAD: ExitCode.usage,
  PMQ_BAD_COMPRESSION: ExitCode.usage,
};

/** The exit code of an expected error; undefined for a bug. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof CommandError) return error.exitCode;
  // A StartupError of the broker. It is recognized by name, because importing its class would load the broker.
  if (error.name === 'StartupError') return (error as Error & { exitCode: 1 | 2 }).exitCode;
  const { code } = error as Error & { code?: unknown };
  if (typeof code === 'string' && code.startsWith('PMQ_')) return codeOfClientError[code] ?? ExitCode.refused;
  return undefined;
}
