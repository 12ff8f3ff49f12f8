import { StartupError } from '@pulsemq/broker';
import { program } from './program.js';

/** Exit codes: 0 done, 1 the configuration file is missing or the command line is wrong, 2 anything else. */
try {
  await program().parseAsync();
} catch (error) {
  const text = error instanceof StartupError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`pulsemq: ${text}\n`);
  process.exitCode = error instanceof StartupError ? error.exitCode : 2;
}
