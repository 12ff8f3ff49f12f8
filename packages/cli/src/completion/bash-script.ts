import type { CommandWords } from './command-words.js';

/** For bash. Walks along the typed words to find the command; after an option that takes a value, it completes the value. */
export function bashScript(words: readonly CommandWords[]): string {
  return `_pulsemq() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path=pulsemq word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$path $word" in
${indented(words.slice(1).map(({ path }) => `'${path}') path='${path}' ;;`))}
    esac
  done
  local words='' values='' isValue=''
  case "$path" in
${indented(words.map(bashCase))}
  esac
  COMPREPLY=()
  if [[ -n $isValue ]]; then
    if [[ -n $values ]]; then COMPREPLY=($(compgen -W "$values" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
  [[ \${#COMPREPLY[@]} -eq 0 && $current != -* ]] && COMPREPLY=($(compgen -f -- "$current"))
  return 0
}
complete -o filenames -F _pulsemq pulsemq`;
}

function bashCase({ path, commands, options, choices }: CommandWords): string {
  const flags = options.flatMap((option) => option.flags);
  const words = [...commands.map(({ name }) => name), ...choices, ...flags];
  const valueCases = options
    .filter(({ takesValue }) => takesValue)
    .map((option) => `${option.flags.join('|')}) isValue=1; values='${option.choices.join(' ')}' ;;`);
  const inner = valueCases.length === 0 ? '' : `case "$previous" in ${valueCases.join(' ')} esac`;
  return `'${path}') words='${words.join(' ')}'; ${inner || ':'} ;;`;
}

const indented = (lines: readonly string[]): string => lines.map((line) => `      ${line}`).join('\n');
