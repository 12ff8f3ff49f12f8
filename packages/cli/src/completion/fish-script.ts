import type { CommandWords } from './command-words.js';

/** For fish: one line per word, with its description and the command after which fish offers it. */
export function fishScript(words: readonly CommandWords[]): string {
  const lines = words.flatMap((command) => [
    ...command.commands.map(({ name, summary }) => `${start(command)} -f -a ${name} -d ${quoted(summary)}`),
    ...command.choices.map((choice) => `${start(command)} -f -a ${choice}`),
    ...(command.takesNames ? [`${start(command)} -f -a '(__pulsemq_names)'`] : []),
    ...command.options.map(({ flags, description, takesValue, takesNames, choices }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      const offered = takesNames ? '(__pulsemq_names)' : choices.join(' ');
      const value = !takesValue ? '' : offered === '' ? ' -r' : ` -x -a ${quoted(offered)}`;
      return `${start(command)} ${names.join(' ')}${value} -d ${quoted(description)}`;
    }),
  ]);
  return `${commandTest(words)}\n${namesFunction}\ncomplete -c pulsemq -e\n${lines.join('\n')}`;
}

/** Defines a test for the command that the typed words lead to: `check` alone is not the `check` of `token check`. */
const commandTest = (words: readonly CommandWords[]): string => `function __pulsemq_at
  set -l at pulsemq
  set -l given (commandline -opc)
  for word in $given
    switch "$at $word"
      case ${words
        .slice(1)
        .map(({ path }) => quoted(path))
        .join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv"
end`;

/** Asks the broker for the names that the typed word may become. */
const namesFunction = `function __pulsemq_names
  set -l given (commandline -opc) (commandline -ct)
  string match -q -- '-*' $given[-1]; and return
  command -q $given[1]; and $given[1] complete-names -- $given[2..] 2>/dev/null
end`;

const start = ({ path }: CommandWords): string => `complete -c pulsemq -n ${quoted(`__pulsemq_at ${path}`)}`;

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
