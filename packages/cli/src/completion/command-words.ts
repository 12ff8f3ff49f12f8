import type { Command, Option } from 'commander';

/** The words that a shell offers after one command. */
export interface CommandWords {
  /** Such as `pulsemq user create`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionWords[];
  /** Values of its arguments, where the set of values is fixed. */
  readonly choices: readonly string[];
}

export interface OptionWords {
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** The words of all commands, the root first. */
export function commandWords(command: Command, parents = ''): CommandWords[] {
  const path = `${parents} ${command.name()}`.trim();
  return [
    {
      path,
      commands: command.commands.map((inner) => ({ name: inner.name(), summary: inner.summary() })),
      options: [...command.options.map(optionWords), helpWords],
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    },
    ...command.commands.flatMap((inner) => commandWords(inner, path)),
  ];
}

const helpWords: OptionWords = {
  flags: ['-h', '--help'],
  description: 'print this help',
  takesValue: false,
  choices: [],
};

const optionWords = (option: Option): OptionWords => ({
  flags: [option.short, option.long].filter((flag) => flag != null),
  description: option.description,
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
});
