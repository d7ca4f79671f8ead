import type { Manual, ManualCommand, ManualOption } from './types.js';

/** Completion for zsh, as a file `_hashsieve` of a directory in `fpath`. */
export const zshCompletion = (manual: Manual): string => `#compdef hashsieve
# zsh completion for hashsieve ${manual.version}; made by: hashsieve completion zsh
${functionOf(manual, '_hashsieve')}
if [[ $funcstack[1] == _hashsieve ]]; then _hashsieve "$@"; else compdef _hashsieve hashsieve; fi
`;

/** The functions of a command and of those below it. */
function functionOf(command: ManualCommand, name: string): string {
  const below = command.subcommands.map((sub) => functionOf(sub, `${name}_${sub.name}`)).join('');
  const options = ["'(- *)'{-h,--help}'[print help]'", ...command.options.map(argumentOf)];
  const rest =
    command.subcommands.length > 0
      ? [`'1: :->command'`, `'*:: :->below'`]
      : command.args.length > 0
        ? [`'*:${inSpec(command.args[0]!.about)}:_files'`]
        : [];
  const lines = [...options, ...rest].map((line) => `    ${line}`).join(' \\\n');
  if (command.subcommands.length === 0) return `${below}${name}() {\n  _arguments -s \\\n${lines}\n}\n`;
  const described = command.subcommands.map((sub) => `      ${quoted(`${sub.name}:${sub.about}`)}`);
  const cases = command.subcommands.map((sub) => `        ${sub.name}) ${name}_${sub.name} ;;`);
  return `${below}${name}() {
  local curcontext=$curcontext state line
  local -a commands
  _arguments -s -C \\
${lines}
  case $state in
    command)
      commands=(
${described.join('\n')}
      )
      _describe command commands ;;
    below)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}
`;
}

/** One option in the notation of `_arguments`. Options may be repeated, which costs nothing where it has no meaning. */
function argumentOf({ long, short, about, takes, choices, value, isOptional }: ManualOption): string {
  const action = takes === 'choice' ? `(${choices.join(' ')})` : takes === 'file' ? '_files' : ' ';
  const after = takes === 'nothing' ? '' : `${isOptional ? '::' : ':'}${inSpec(value ?? 'value')}:${action}`;
  const flag = isOptional ? `${long}=-` : long;
  const described = `${`[${inSpec(about)}]`}${after}`.replaceAll("'", "'\\''");
  return short === undefined ? `'*${flag}${described}'` : `'*'{${short},${flag}}'${described}'`;
}

/** Text in a spec of `_arguments`, where brackets and colons have a meaning. */
const inSpec = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
