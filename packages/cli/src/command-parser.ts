import type { Command } from 'commander';

/**
 * Makes the parser of the whole command line, with the sub-commands that occur in `words`, or with all. `program` hands it to the commands that
 * complete command lines, which would import in a circle otherwise.
 */
export type CommandParser = (words: readonly string[], loadAll?: boolean) => Promise<Command>;
