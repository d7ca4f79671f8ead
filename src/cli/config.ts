import { readFile, realpath } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { fromConfig, isRecord, kinds } from './option-kinds.js';
import { allOptions, type OptionName, type OptionSpec, type OptionTable } from './options.js';
import { settingNames, settingOf } from './settings.js';

export const configName = 'hashsieve.config.json';

/**
 * Keys of the config file that are no options: blocks that one command reads and checks by itself. `$schema` and
 * `$comment` are for editors and people.
 */
export const configBlocks = ['$schema', '$comment', 'operator', 'notify', 'exchanges'] as const;
export type ConfigBlock = (typeof configBlocks)[number];

export interface Config {
  /** Absolute path; absent when there is no file. */
  readonly path?: string;
  readonly options: Readonly<Partial<Record<OptionName, unknown>>>;
  readonly blocks: Readonly<Partial<Record<ConfigBlock, unknown>>>;
}

/** Reads the named file, or `hashsieve.config.json` of the working directory if there is one. Raises UsageError. */
export async function loadConfig(named: string | undefined, directory: string): Promise<Config> {
  const path = resolve(directory, named ?? configName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (named === undefined && isMissing(error)) return { options: {}, blocks: {} };
    throw new UsageError(`configuration ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
  return parseConfig(text, path, await allOptions());
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
  const known: Partial<Record<OptionName, unknown>> = {};
  const blocks: Partial<Record<ConfigBlock, unknown>> = {};
  for (const [key, value] of Object.entries(content)) {
    const name = `configuration ${printable(path)}, key "${printable(key)}"`;
    if (configBlocks.some((block) => block === key)) {
      blocks[key as ConfigBlock] = value;
      continue;
    }
    const named = optionsNamed(key, options);
    const settable = named.filter(({ spec }) => spec.flagOnly !== true);
    if (named.length === 0)
      throw new UsageError(`${name} is unknown; known are ${keysOf(options).join(', ')}`);
    if (settable.length === 0)
      throw new UsageError(`${name}: give it on the command line as ${named[0]!.spec.flags}`);
    for (const { own, spec, setting } of settable) {
      const parsed = fromConfig(spec.kind, value, name);
      checkValue(spec, parsed, name);
      if (known[own] !== undefined)
        throw new UsageError(`${name}: ${spec.flags} is set under two names; keep one`);
      known[own] = settingOf(setting, parsed);
    }
  }
  return { path, options: known, blocks };
}

/** The options that a key sets: `algorithm` is one of some commands and another of others. */
const optionsNamed = (key: string, options: OptionTable) =>
  Object.entries(options).flatMap(([own, spec]) =>
    settingNames(own, spec, options)
      .filter(({ name }) => name === key)
      .map((setting) => ({ own: own as OptionName, spec, setting })),
  );

/** Raises UsageError when an option's value is none of its choices, or more than it may be. */
export function checkValue(spec: OptionSpec, value: unknown, name: string): void {
  if (spec.choices && typeof value === 'string' && !spec.choices.includes(value))
    throw new UsageError(
      `${name}: "${printable(value)}" is unknown; choose one of ${spec.choices.join(', ')}`,
    );
  if (spec.most !== undefined && typeof value === 'number' && value > kinds.duration(spec.most, name))
    throw new UsageError(`${name}: more than ${spec.most}, the longest that can be set`);
}

/**
 * A config file that was found by itself must not lie in a directory that is being scanned: whoever uploads files
 * there would set our thresholds.
 */
export async function refusePlantedConfig(config: Config, directories: readonly string[]): Promise<void> {
  if (config.path === undefined) return;
  const home = await realpath(dirname(config.path));
  for (const directory of directories) {
    const inside = relative(await realpath(directory), home);
    if (inside === '' || !(inside.startsWith('..') || resolve(inside) === inside))
      throw new UsageError(
        `${printable(config.path)} lies in a directory that is being scanned, where anyone who uploads could have put it; ` +
          'name it with --config if it is yours',
      );
  }
}

const keysOf = (options: OptionTable) =>
  [
    ...Object.entries(options)
      .filter(([, { flagOnly }]) => flagOnly !== true)
      .map(([key, spec]) => settingNames(key, spec, options)[0]!.name),
    ...configBlocks,
  ].sort();

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
/** An operating-system error in a few words, without its path. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is no directory',
    ENOSPC: 'the disk is full',
    EROFS: 'the file system is read-only',
    ELOOP: 'too many symbolic links',
  };
  return (code && known[code]) ?? printable(message ?? String(error));
}
