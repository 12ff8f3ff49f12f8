import type { CommandWords, OptionWords } from './command-words.js';

/** For zsh, through its own completion system, which shows a description beside each word. Works sourced, and as a file in `fpath`. */
export function zshScript(words: readonly CommandWords[]): string {
  return `#compdef pulsemq
${namesFunction}
_pulsemq() {
  local at=pulsemq index takesNames=''
  local -a commands options
  for ((index = 2; index < CURRENT; index++)); do
    case "$at \${words[index]}" in
${words
  .slice(1)
  .map(({ path }) => `      '${path}') at='${path}' ;;`)
  .join('\n')}
    esac
  done
  case "$at" in
${words.map(zshCase).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe -o option options
  elif [[ -n $takesNames ]] && _pulsemq_names; then
    return
  elif (( $#commands )); then
    _describe command commands
  else
    _files
  fi
}
if [[ $\{funcstack[1]} == _pulsemq ]]; then
  _pulsemq "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _pulsemq pulsemq
fi`;
}

/** Names of the broker: what ends in a colon is only the beginning of one, and no space follows it. */
const namesFunction = `_pulsemq_names() {
  local -a names
  names=(\${(f)"$(_call_program names \${(q)words[1]} complete-names -- \${(q)words[2,CURRENT]} 2>/dev/null)"})
  (( $#names )) || return 1
  local -a whole begun
  whole=(\${names:#*:})
  begun=(\${(M)names:#*:})
  compadd -- $whole
  compadd -S '' -- $begun
}`;

/** Offers what may follow a command; after an option that takes a value, the value. */
function zshCase({ path, commands, options, choices, takesNames }: CommandWords): string {
  const words = [...commands.map(({ name, summary }) => described(name, summary)), ...choices.map(quoted)];
  const flags = options.flatMap((option) => option.flags.map((flag) => described(flag, option.description)));
  const values = options.filter(({ takesValue }) => takesValue).map(valueCase);
  return `    '${path}')
      case "\${words[CURRENT-1]}" in ${values.join(' ')} esac
      commands=(${words.join(' ')})${takesNames ? '; takesNames=1' : ''}
      options=(${flags.join(' ')}) ;;`;
}

function valueCase({ flags, choices, takesNames }: OptionWords): string {
  const known = choices.length > 0 ? `compadd -- ${choices.map(quoted).join(' ')}` : '_files';
  return `${flags.join('|')}) ${takesNames ? '_pulsemq_names' : known}; return ;;`;
}

const described = (name: string, description: string): string => quoted(`${name}:${description}`);
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
