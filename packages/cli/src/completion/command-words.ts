import type { Command, Option } from 'commander';
import { argumentKind, optionKind } from './name-slot.js';

/** The words that a shell offers after one command. */
export interface CommandWords {
  /** Such as `pulsemq user create`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionWords[];
  /** Values of its arguments, where the set of values is fixed. */
  readonly choices: readonly string[];
  /** True where an argument is the name of a topic, a namespace, a user or a connection: the broker is asked for it. */
  readonly takesNames: boolean;
}

export interface OptionWords {
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** True where the value is such a name. */
  readonly takesNames: boolean;
}

/** The words of all commands, the root first. */
export function commandWords(command: Command, parents = ''): CommandWords[] {
  const path = `${parents} ${command.name()}`.trim();
  return [
    {
      path,
      commands: shown(command).map((inner) => ({ name: inner.name(), summary: inner.summary() })),
      options: [...command.options.map(optionWords), helpWords],
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
      takesNames: command.registeredArguments.some((argument) => argumentKind(argument) !== undefined),
    },
    ...shown(command).flatMap((inner) => commandWords(inner, path)),
  ];
}

/** Without the commands that only scripts call. */
const shown = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command);

const helpWords: OptionWords = {
  flags: ['-h', '--help'],
  description: 'print this help',
  takesValue: false,
  choices: [],
  takesNames: false,
};

const optionWords = (option: Option): OptionWords => ({
  flags: [option.short, option.long].filter((flag) => flag != null),
  description: option.description,
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
  takesNames: optionKind(option) !== undefined,
});
