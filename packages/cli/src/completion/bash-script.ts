import type { CommandWords } from './command-words.js';

/**
 * For bash. Walks along the typed words to find the command; after an option that takes a value, it completes the value. The line is
 * split at spaces here: bash itself also splits at colons, which topics have.
 */
export function bashScript(words: readonly CommandWords[]): string {
  return `_pulsemq() {
  local typed path=pulsemq index
  read -ra typed <<< "\${COMP_LINE:0:COMP_POINT}"
  [[ \${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && typed+=('')
  local count=\${#typed[@]}
  local current="\${typed[count-1]}" previous="\${typed[count-2]}"
  for ((index = 1; index < count - 1; index++)); do
    case "$path \${typed[index]}" in
${indented(words.slice(1).map(({ path }) => `'${path}') path='${path}' ;;`))}
    esac
  done
  local words='' values='' isValue='' takesNames=''
  case "$path" in
${indented(words.map(bashCase))}
  esac
  COMPREPLY=()
  if [[ -n $takesNames && $current != -* ]]; then
    COMPREPLY=($(compgen -W "$("\${typed[0]}" complete-names -- "\${typed[@]:1}" 2>/dev/null)" -- "$current"))
    if [[ \${#COMPREPLY[@]} -gt 0 ]]; then
      compopt +o filenames 2>/dev/null
      [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
      # Bash replaces only what stands after the last colon.
      [[ $current == *:* && $COMP_WORDBREAKS == *:* ]] && COMPREPLY=("\${COMPREPLY[@]#"\${current%:*}:"}")
      return 0
    fi
  fi
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

function bashCase({ path, commands, options, choices, takesNames }: CommandWords): string {
  const flags = options.flatMap((option) => option.flags);
  const words = [...commands.map(({ name }) => name), ...choices, ...flags];
  const valueCases = options
    .filter(({ takesValue }) => takesValue)
    .map((option) => {
      const names = `takesNames=${option.takesNames ? '1' : "''"}`;
      return `${option.flags.join('|')}) isValue=1; values='${option.choices.join(' ')}'; ${names} ;;`;
    });
  const inner = valueCases.length === 0 ? '' : `case "$previous" in ${valueCases.join(' ')} esac`;
  const names = takesNames ? 'takesNames=1; ' : '';
  return `'${path}') words='${words.join(' ')}'; ${names}${inner || ':'} ;;`;
}

const indented = (lines: readonly string[]): string => lines.map((line) => `      ${line}`).join('\n');
