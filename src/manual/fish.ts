import type { Manual } from './types.js';
import { everyCommand } from './walk.js';

/** Completion for fish 3, as a file of its directory `completions`. */
export function fishCompletion(manual: Manual): string {
  const lines = everyCommand(manual).flatMap(({ path, command }) => {
    const at = `complete -c hashsieve -n ${quoted(`__hashsieve_at ${path.slice(1).join(' ')}`.trim())}`;
    const subcommands = command.subcommands.map(
      ({ name, about }) => `${at} -f -a ${quoted(name)} -d ${quoted(about)}`,
    );
    const options = command.options.map(({ long, short, about, takes, choices, isOptional }) => {
      const flags = `-l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`;
      const values =
        takes === 'choice' ? ` -f -a ${quoted(choices.join(' '))}` : takes === 'file' ? ' -F' : '';
      return `${at} ${flags}${takes === 'nothing' || isOptional ? '' : ' -r'}${values} -d ${quoted(about)}`;
    });
    return [...subcommands, `${at} -l help -s h -d 'print help'`, ...options];
  });
  const paths = everyCommand(manual).map(({ path }) => quoted(path.slice(1).join(' ')));
  return `# fish completion for hashsieve ${manual.version}; made by: hashsieve completion fish
# True where the words so far lead to just this command.
function __hashsieve_at
    set -l commands ${paths.join(' ')}
    set -l path
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and break
        contains -- (string join ' ' $path $word) $commands; or break
        set -a path $word
    end
    test "$path" = "$argv"
end
${lines.join('\n')}
`;
}

/** A word for fish: only quotes and backslashes have a meaning between single quotes. */
const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
