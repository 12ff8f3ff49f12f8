import type { Command } from 'commander';
import { bashScript } from './bash-script.js';
import { commandWords } from './command-words.js';
import { fishScript } from './fish-script.js';
import type { Shell } from './shells.js';
import { zshScript } from './zsh-script.js';

/** The completion script of a shell. It contains all words, so that completion starts no process. */
export function completionScript(shell: Shell, root: Command): string {
  const words = commandWords(root);
  switch (shell) {
    case 'bash':
      return bashScript(words);
    case 'zsh':
      return zshScript(words);
    case 'fish':
      return fishScript(words);
    default:
      return shell satisfies never;
  }
}
