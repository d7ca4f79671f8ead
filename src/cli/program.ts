import { Command, type CommanderError, Option } from 'commander';
import {
  accumulate,
  type Config,
  checkValue,
  configName,
  fromEnvironment,
  hasStrayConfig,
  kinds,
  loadConfig,
  type OptionSpec,
  type OptionTable,
  strayVariables,
} from '../config/index.js';
import { exitCodesHelp, incompletely, UsageError } from '../core/index.js';
import { allOptions, type OptionName, type OptionValues, optionsFor } from '../options/index.js';
import type { CommandContext, CommandSpec } from './command.js';
import { requireOneReader } from './standard-input.js';
import { logging, type Terminal } from './terminal.js';

/** The surroundings that every command gets. */
export type Surroundings = Pick<
  CommandContext,
  'terminal' | 'signal' | 'environment' | 'directory' | 'openInput' | 'commands'
>;

/** Builds the command line from the command specs. `finish` gets the exit code of the command that ran. */
export async function createProgram(
  commands: readonly CommandSpec[],
  version: string,
  surroundings: Surroundings,
  finish: (code: number) => void,
): Promise<Command> {
  const options = await optionsFor(commands.flatMap(optionsOf));
  const program = new Command('hashsieve')
    .description(
      'Finds known child sexual abuse images by fingerprint, without anyone having to look at them.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', `\n${exitCodesHelp}`);
  for (const spec of commands) addCommand(program, spec, { options, surroundings, finish });
  configure(program);
  return program;
}

/** The options of a command and of its subcommands. */
const optionsOf = ({ options, subcommands = [] }: CommandSpec): readonly OptionName[] => [
  ...options,
  ...subcommands.flatMap(optionsOf),
];

interface Building {
  readonly options: OptionTable;
  readonly surroundings: Surroundings;
  readonly finish: (code: number) => void;
}

function addCommand(parent: Command, spec: CommandSpec, building: Building): void {
  const { options, surroundings, finish } = building;
  const command = parent.command(spec.name).description(spec.about);
  configure(command);
  for (const arg of spec.args ?? []) command.argument(arg.name, arg.about);
  for (const name of spec.options) command.addOption(commanderOption(name, options[name]!));
  for (const sub of spec.subcommands ?? []) addCommand(command, sub, building);
  const notes = [
    ...(spec.examples ? [`Examples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}`] : []),
    ...(spec.run ? [exitCodesHelp] : []),
  ];
  if (notes.length > 0) command.addHelpText('after', `\n${notes.join('\n\n')}`);
  const { run } = spec;
  if (!run) return;
  command.action(async (...received: unknown[]) => {
    const given = received
      .slice(0, -2)
      .flat()
      .filter((arg) => arg !== undefined) as string[];
    const config = await configOf(command, spec, surroundings);
    applySettings(command, spec.options, { options, config, environment: surroundings.environment });
    await nameLists(command, config, surroundings.environment);
    await expandPatterns(command, surroundings.directory);
    const values = command.opts<OptionValues>();
    const terminal = logging(surroundings.terminal, values.logFormat ?? 'text');
    const { say } = terminal;
    const stray =
      config.path === undefined && readsConfig(spec) && (await hasStrayConfig(surroundings.directory));
    // The list that is missing may be named in that configuration.
    const isTold = !values.quiet || (spec.options.includes('list') && values.list === undefined);
    if (stray && isTold) say(strayConfig, { level: 'warning' });
    for (const warning of await strayVariables(surroundings.environment, options, allOptions))
      say(warning, { level: 'warning' });
    for (const name of spec.options) {
      const option = options[name]!;
      checkValue(option, values[name as keyof OptionValues], `option ${option.flags}`);
    }
    requireOneReader(given, values, options);
    const contextOf = (terminal: Terminal): CommandContext => ({
      ...{ ...surroundings, args: given, values, config },
      ...{ terminal, voice: terminal, stream: terminal },
    });
    if (values.printConfig) {
      const more = spec.plan ? await spec.plan(contextOf(surroundings.terminal)) : {};
      const shown = { ...plan(command, spec.options, config), ...more };
      await surroundings.terminal.write(`${JSON.stringify(shown, null, 2)}\n`);
      return finish(0);
    }
    let isDamaged = false;
    const noteDamage = () => {
      isDamaged = true;
    };
    try {
      const code = await run({ ...contextOf(terminal), noteDamage });
      finish(isDamaged ? incompletely(code) : code);
    } catch (error) {
      // The setting that is missing may be in that configuration.
      if (stray && !isTold && error instanceof UsageError) say(strayConfig, { level: 'warning' });
      throw error;
    }
  });
}

const strayConfig = `hashsieve: ${configName} in the working directory is not read by itself; to use it: --config ${configName}`;

const readsConfig = ({ options }: CommandSpec): boolean => options.includes('config');

/** Loads the configuration for a command that takes one. */
async function configOf(
  command: Command,
  spec: CommandSpec,
  { environment, directory }: Surroundings,
): Promise<Config> {
  if (!readsConfig(spec)) return { options: {}, blocks: {} };
  return loadConfig({
    named: command.opts<{ config?: string }>().config,
    environment,
    directory,
    options: allOptions,
  });
}

function configure(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: () => {} });
}

function commanderOption(name: OptionName, spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.about);
  // commander names an option after its flag; ours have the name of their config key.
  option.attributeName = () => name;
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.choices) option.description = `${spec.about} (${spec.choices.join(', ')})`;
  if (spec.kind === 'flag') return option;
  let fresh = true;
  option.argParser((text: string, previous: unknown) => {
    const value = kinds[spec.kind](text, `option ${spec.flags}`);
    const joined = fresh ? value : accumulate(previous, value);
    fresh = false;
    return joined;
  });
  return option;
}

/** Applies the settings: a flag comes before the environment, then the file, then the default. */
function applySettings(
  command: Command,
  names: readonly OptionName[],
  {
    options,
    config,
    environment,
  }: {
    readonly options: OptionTable;
    readonly config: Config;
    readonly environment: Surroundings['environment'];
  },
): void {
  for (const name of names) {
    const source = command.getOptionValueSource(name);
    if (source !== undefined && source !== 'default') continue;
    const set = fromEnvironment(name, options, environment);
    if (set) command.setOptionValueWithSource(name, set.value, 'env');
    else if (config.options[name] !== undefined)
      command.setOptionValueWithSource(name, config.options[name], 'config');
  }
}

/** Replaces the name of a synced list, or of the operator's own, in `--list NAME` by its file, for every command. */
async function nameLists(
  command: Command,
  config: Config,
  environment: Surroundings['environment'],
): Promise<void> {
  const { list: given, ownList } = command.opts<OptionValues>();
  if (!given) return;
  const { configuredOwnList, listPaths } = await import('../config/index.js');
  const source = command.getOptionValueSource('list') ?? 'default';
  const own = configuredOwnList(ownList ?? config.options.ownList, ownList ? {} : environment);
  command.setOptionValueWithSource('list', listPaths(given, config, environment, own), source);
}

/**
 * Replaces patterns in `--list 'lists/*.csv'` and `--allow` by the files that they match. A name that exists as written
 * stays.
 */
async function expandPatterns(command: Command, directory: string): Promise<void> {
  for (const name of ['list', 'allow'] as const) {
    const given = command.opts<OptionValues>()[name];
    // Most names hold no wildcard, and nothing is loaded for them.
    if (!given?.some((path) => /[*?[\](){}]/.test(path))) continue;
    const { filesOf } = await import('../app/index.js');
    const source = command.getOptionValueSource(name) ?? 'default';
    command.setOptionValueWithSource(name, await filesOf(given, directory), source);
  }
}

const sourceNames: Readonly<Record<string, string>> = {
  cli: 'flag',
  env: 'environment',
  config: 'file',
};

function plan(command: Command, names: readonly OptionName[], config: Config): Record<string, unknown> {
  const settings = names
    .filter((name) => name !== 'printConfig' && command.getOptionValue(name) !== undefined)
    .map((name) => {
      const source = command.getOptionValueSource(name) ?? 'default';
      return [name, { value: command.getOptionValue(name), from: sourceNames[source] ?? source }] as const;
    });
  return { command: command.name(), configFile: config.path ?? null, settings: Object.fromEntries(settings) };
}

/** Turns commander's error into one clear line. */
export function usageError(error: CommanderError): UsageError {
  return new UsageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
}
