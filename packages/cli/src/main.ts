import { StartupError } from '@pulsemq/broker';
import { CommanderError } from 'commander';
import { program } from './program.js';

/** Exit codes: 0 done, 1 the configuration file is missing, 2 anything else. */
try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  if (!(error instanceof CommanderError)) process.stderr.write(`pulsemq: ${textOf(error)}\n`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof StartupError) return error.exitCode;
  return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}

function textOf(error: unknown): string {
  if (error instanceof StartupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
