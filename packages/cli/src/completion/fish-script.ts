import type { CommandWords } from './command-words.js';

/** For fish: a line for each word, with what it does. */
export function fishScript(words: readonly CommandWords[]): string {
  const lines = words.flatMap((command) => [
    ...command.commands.map(({ name, summary }) => `${start(command)} -f -a ${name} -d ${quoted(summary)}`),
    ...command.choices.map((choice) => `${start(command)} -f -a ${choice}`),
    ...command.options.map(({ flags, description, takesValue, choices }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      const value = !takesValue ? '' : choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : ' -r';
      return `${start(command)} ${names.join(' ')}${value} -d ${quoted(description)}`;
    }),
  ]);
  return `complete -c pulsemq -e\n${lines.join('\n')}`;
}

/** Holds where the words of the path have been given, and none of the commands below it. */
function start({ path, commands }: CommandWords): string {
  const given = path.split(' ').slice(1);
  const seen = given.map((word) => `__fish_seen_subcommand_from ${word}`);
  const below =
    commands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}`];
  const conditions = [...seen, ...below].join('; and ');
  return `complete -c pulsemq${conditions === '' ? '' : ` -n ${quoted(conditions)}`}`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
