import { lstat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { didYouMean, printable, UsageError } from '../core/index.js';
import { longestConfig, readBoundedText, reasonOf } from '../files/index.js';
import { fromConfig, isRecord, kinds } from './option-kinds.js';
import type { OptionSpec, OptionTable } from './option-spec.js';
import { ownListName } from './own-list-path.js';
import { configPlaces, configVariable, type Environment, readTrusted } from './place.js';
import { isSettable, settingNames, settingOf } from './settings.js';

export { reasonOf } from '../files/index.js';

/** Name of the file that `init` writes. */
export const configName = 'hashsieve.config.json';

/**
 * Keys of the configuration file that are no options: blocks that a command reads and checks itself. `$schema` and
 * `$comment` are for editors and people.
 */
export const configBlocks = [
  '$schema',
  '$comment',
  'operator',
  'notify',
  'exchanges',
  'matchers',
  'plugins',
] as const;
/** One of `configBlocks`. */
export type ConfigBlock = (typeof configBlocks)[number];

/** The content of a configuration file. */
export interface Config {
  /** Absolute path; absent when there is no file. */
  readonly path?: string;
  readonly options: Readonly<Partial<Record<string, unknown>>>;
  readonly blocks: Readonly<Partial<Record<ConfigBlock, unknown>>>;
}

/** What the search for a configuration needs. */
export interface ConfigSearch {
  /** Value of `--config`. */
  readonly named?: string | undefined;
  readonly environment: Environment;
  /** The working directory, from which a relative path in `named` or HASHSIEVE_CONFIG starts. */
  readonly directory: string;
  /** Loads every option of every command. */
  options(): Promise<OptionTable>;
}

/**
 * Reads the configuration that `--config` or HASHSIEVE_CONFIG names, or else that of the user or the system, which it
 * trusts only where nobody else could have written it. Never reads a file just because it is in the working directory.
 * Raises UsageError.
 */
export async function loadConfig({ named, environment, directory, options }: ConfigSearch): Promise<Config> {
  const chosen = named ?? (environment[configVariable] || undefined);
  if (chosen !== undefined) {
    const path = resolve(directory, chosen);
    return parseConfig(await readNamed(path), path, await options());
  }
  for (const path of configPlaces(process.platform, environment)) {
    const text = await readTrusted(path);
    if (text !== undefined) return parseConfig(text, path, await options());
  }
  return { options: {}, blocks: {} };
}

/** True where the working directory holds a file that earlier versions would have read. */
export const hasStrayConfig = async (directory: string): Promise<boolean> =>
  lstat(resolve(directory, configName)).then(
    () => true,
    () => false,
  );

async function readNamed(path: string): Promise<string> {
  try {
    return await readBoundedText(path, longestConfig);
  } catch (error) {
    if (error instanceof UsageError)
      throw new UsageError(`configuration ${printable(path)} is not read: ${error.message}`);
    throw new UsageError(`configuration ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
}

function parseConfig(text: string, path: string, options: OptionTable): Config {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(
      `configuration ${printable(path)} is no JSON: ${printable((error as Error).message)}`,
    );
  }
  if (!isRecord(content)) throw new UsageError(`configuration ${printable(path)}: expected an object`);
  // `list` may name an entry of the block `exchanges`, or the operator's own list, instead of a file.
  const synced = [ownListName, ...(isRecord(content.exchanges) ? Object.keys(content.exchanges) : [])];
  const known: Partial<Record<string, unknown>> = {};
  const blocks: Partial<Record<ConfigBlock, unknown>> = {};
  for (const [key, value] of Object.entries(content)) {
    const name = `configuration ${printable(path)}, key "${printable(key)}"`;
    if (configBlocks.some((block) => block === key)) {
      blocks[key as ConfigBlock] = value;
      continue;
    }
    const named = optionsNamed(key, options);
    const settable = named.filter(({ spec }) => isSettable(spec));
    if (named.length === 0)
      throw new UsageError(
        `${name} is unknown${didYouMean(key, keysOf(options))}; known are ${keysOf(options).join(', ')}`,
      );
    if (settable.length === 0)
      throw new UsageError(`${name}: give it on the command line as ${named[0]!.spec.flags}`);
    for (const { own, spec, setting } of settable) {
      const parsed = fromConfig(spec.kind, value, name);
      checkValue(spec, parsed, name);
      if (known[own] !== undefined)
        throw new UsageError(`${name}: ${spec.flags} is set under two names; keep one`);
      const set = settingOf(setting, parsed);
      known[own] = spec.isPath ? besideConfig(set, path, synced) : set;
    }
  }
  return { path, options: known, blocks };
}

/** Resolves paths in a configuration against its own directory, so that they do not depend on the working directory. */
function besideConfig(value: unknown, config: string, synced: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => besideConfig(one, config, synced));
  if (typeof value !== 'string' || value === '-' || synced.includes(value)) return value;
  return resolve(dirname(config), value);
}

/** The options that a key sets; `algorithm` is a different option for different commands. */
const optionsNamed = (key: string, options: OptionTable) =>
  Object.entries(options).flatMap(([own, spec]) =>
    settingNames(own, spec, options)
      .filter(({ name }) => name === key)
      .map((setting) => ({ own: own, spec, setting })),
  );

/** Raises UsageError where an option's value is not one of its choices or exceeds its maximum. */
export function checkValue(spec: OptionSpec, value: unknown, name: string): void {
  for (const one of Array.isArray(value) ? value : [value])
    if (spec.choices && typeof one === 'string' && !spec.choices.includes(one))
      throw new UsageError(
        `${name}: "${printable(one)}" is unknown; choose one of ${spec.choices.join(', ')}`,
      );
  if (spec.most !== undefined && typeof value === 'number' && value > kinds.duration(spec.most, name))
    throw new UsageError(`${name}: more than ${spec.most}, the longest that can be set`);
}

/** The keys of all options, each once: several commands may share an option. */
const keysOf = (options: OptionTable) =>
  [
    ...new Set([
      ...Object.entries(options)
        .filter(([, spec]) => isSettable(spec))
        .map(([key, spec]) => settingNames(key, spec, options)[0]!.name),
      ...configBlocks,
    ]),
  ].sort();

/** True for the error of a file or directory that does not exist. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
