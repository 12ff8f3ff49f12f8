import type { Argument, Command, Option } from 'commander';

/** Names that only the broker knows. */
export type NameKind = 'topics' | 'namespaces' | 'users' | 'connections';

/** The word that is being typed, and what the words before it say about it. */
export interface NameSlot {
  readonly kind: NameKind;
  readonly typed: string;
  /** Options before it that choose the broker and the user, by their names in commander. */
  readonly flags: Readonly<Record<string, string>>;
}

/** What an argument of this name stands for. */
const kindOfArgument: Readonly<Record<string, NameKind>> = {
  topic: 'topics',
  pattern: 'topics',
  namespace: 'namespaces',
  username: 'users',
  'connection-id': 'connections',
};

/** What the value of an option stands for. A pattern there has no namespace in front, so it is not among them. */
const kindOfValue: Readonly<Record<string, NameKind>> = { topic: 'topics', namespace: 'namespaces', username: 'users' };

const chosenBy = ['adminUrl', 'context', 'credentials', 'host'];

export const argumentKind = (argument: Argument): NameKind | undefined => kindOfArgument[argument.name()];

export const optionKind = ({ flags }: Option): NameKind | undefined => kindOfValue[/<([\w-]+)>/.exec(flags)?.[1] ?? ''];

/** The name to complete at the end of a command line, given as words without `pulsemq`; undefined for anything else. */
export function nameSlot(root: Command, words: readonly string[]): NameSlot | undefined {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const flags: Record<string, string> = {};
  let command = root;
  let position = 0;
  for (let at = 0; at < before.length; at++) {
    const word = before[at]!;
    const option = word.startsWith('-')
      ? command.options.find((one) => one.short === word || one.long === word)
      : undefined;
    if (option !== undefined && (option.required || option.optional)) {
      at += 1;
      if (at === before.length) return slot(optionKind(option), typed, flags);
      if (chosenBy.includes(option.attributeName())) flags[option.attributeName()] = before[at]!;
    } else if (!word.startsWith('-')) {
      const inner = command.commands.find((one) => one.name() === word);
      if (inner === undefined) position += 1;
      else [command, position] = [inner, 0];
    }
  }
  return typed.startsWith('-') ? undefined : slot(argumentAt(command, position), typed, flags);
}

function argumentAt({ registeredArguments }: Command, position: number): NameKind | undefined {
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[position] ?? (last?.variadic ? last : undefined);
  return argument === undefined ? undefined : argumentKind(argument);
}

const slot = (kind: NameKind | undefined, typed: string, flags: NameSlot['flags']): NameSlot | undefined =>
  kind === undefined ? undefined : { kind, typed, flags };
