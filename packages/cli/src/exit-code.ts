/** Exit codes of every command, by class of error. The table of docs/command-line.md is a test's. */
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

/** What each means, for help and documentation. */
export const exitCodeMeaning: Readonly<Record<ExitCode, string>> = {
  0: 'done; also when a command that runs until it is told to stop was told so',
  1: 'a file that was named is missing',
  2: 'wrong usage, bad configuration or input, or the broker could not start',
  3: 'the broker cannot be reached, does not answer in time, or the connection broke',
  4: 'wrong or missing credentials',
  5: 'the user has no right to do this',
  6: 'the broker refused for another reason: unknown or duplicate name, payload too large, limit reached',
  7: 'a recording is damaged or was cut short',
  130: 'ended by Ctrl-C before it was done',
  143: 'ended by SIGTERM before it was done',
};

/** What a command ends with; one line for people. */
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

/** The code an error stands for, or undefined when it is a mistake of ours. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof CommandError) return error.exitCode;
  // A StartupError of the broker; importing its class would load the broker.
  if (error.name === 'StartupError') return (error as Error & { exitCode: 1 | 2 }).exitCode;
  const { code } = error as Error & { code?: unknown };
  if (typeof code === 'string' && code.startsWith('PMQ_')) return codeOfClientError[code] ?? ExitCode.refused;
  return undefined;
}
