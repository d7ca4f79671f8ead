import type { Manual, ManualOption } from './types.js';
import { everyCommand } from './walk.js';

/**
 * Completion for bash 4 and later, as a script to be sourced. It offers subcommands, options, and the values of options
 * that have a choice; everything else is completed as a file.
 */
export function bashCompletion(manual: Manual): string {
  const all = everyCommand(manual);
  const cases = all.map(({ path, command }) => {
    const flags = command.options.flatMap(({ long, short }) => [long, ...(short ? [short] : [])]);
    return `    ${quoted(path.join(' '))})
      options=${quoted(['--help', '-h', ...flags].join(' '))}
      commands=${quoted(command.subcommands.map(({ name }) => name).join(' '))} ;;`;
  });
  const steps = all.slice(1).map(({ path }) => `      ${quoted(path.join(' '))}) path=$next ;;`);
  return `# bash completion for hashsieve ${manual.version}; made by: hashsieve completion bash
_hashsieve() {
  local cur prev path next options commands i
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # bash makes a word of its own of the = in --format=csv
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  path=hashsieve
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="$path \${COMP_WORDS[i]}"
    case $next in
${steps.join('\n')}
      *) break ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  case "$path $prev" in
${choicesOf(manual).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n $commands ]]; then
    COMPREPLY=($(compgen -W "$commands" -- "$cur"))
  else
    # shellcheck disable=SC2207
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _hashsieve hashsieve
`;
}

/** Cases of the options with choices: the value is one of them. */
function choicesOf(manual: Manual): string[] {
  return everyCommand(manual).flatMap(({ path, command }) =>
    command.options
      .filter(({ takes }) => takes === 'choice')
      .map((option) => {
        const places = flagsOf(option).map((flag) => quoted([...path, flag].join(' ')));
        return `    ${places.join('|')}) COMPREPLY=($(compgen -W ${quoted(option.choices.join(' '))} -- "$cur")); return ;;`;
      }),
  );
}

const flagsOf = ({ long, short }: ManualOption): string[] => [long, ...(short ? [short] : [])];

/** A word for the shell: nothing in it has a meaning. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
