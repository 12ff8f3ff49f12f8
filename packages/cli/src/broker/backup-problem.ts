import { CommandError, ExitCode } from '../exit-code.js';

/** The error of a command for a BackupError, which is recognized by name: importing its class would load the broker. Any other as it is. */
export function backupProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'BackupError') return error;
  return new CommandError(exitCodeOf(error), error.message, { cause: error });
}

function exitCodeOf(error: Error & { readonly code?: unknown }): ExitCode {
  if ((error.cause as { code?: unknown } | undefined)?.code === 'ENOENT') return ExitCode.missingFile;
  return error.code === 'BACKUP_DAMAGED' ? ExitCode.damaged : ExitCode.usage;
}
