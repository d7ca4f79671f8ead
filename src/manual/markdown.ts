import type { Manual, ManualOption } from './types.js';
import { everyCommand } from './walk.js';

/**
 * The manual as Markdown, of which the build makes the man page: one section for each command, with its arguments,
 * options and examples. A heading of the first level begins with the name and section, as man pages need it.
 *
 * @param notes - sections that follow the commands: their titles and paragraphs
 */
export function manualMarkdown(
  manual: Manual,
  notes: readonly { title: string; lines: readonly string[] }[],
): string {
  const commands = everyCommand(manual).filter(({ command }) => command.subcommands.length === 0);
  return [
    `# hashsieve(1) -- ${plain(manual.about.replace(/\.$/, ''))}`,
    '## SYNOPSIS',
    '`hashsieve` COMMAND [OPTIONS] [ARGUMENTS]',
    '## DESCRIPTION',
    `${plain(manual.about)} It computes fingerprints, compares them with hash lists, and tells what matches. It shows no picture to anybody.`,
    '## COMMANDS',
    ...commands.flatMap(({ path, command }) => [
      `### ${path.join(' ')} ${command.args.map(({ name }) => plain(name)).join(' ')}`.trimEnd(),
      sentence(command.about),
      list(command.args.map(({ name, about }) => [name, about])),
      list(command.options.map((option) => [flagsOf(option), describe(option)])),
      ...command.examples.map((line) => `    ${line}`),
    ]),
    ...notes.flatMap(({ title, lines }) => [`## ${title}`, ...lines]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const list = (items: readonly (readonly [string, string])[]): string =>
  items.map(([term, about]) => `* \`${term}\`:\n  ${plain(about)}`).join('\n');

function flagsOf({ short, long, value, isOptional }: ManualOption): string {
  const shown = value === undefined ? '' : isOptional ? `[=${value}]` : ` ${value}`;
  return `${short === undefined ? '' : `${short}, `}${long}${shown}`;
}

const describe = ({ about, choices }: ManualOption): string =>
  choices.length > 0 ? `${about} (${choices.join(', ')})` : about;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${plain(text.slice(1))}.`;

/** Text in which no character is one of Markdown's marks. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
