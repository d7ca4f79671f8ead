import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Config, reasonOf } from '../config/index.js';
import { printable, UsageError, type Voice } from '../core/index.js';
import { makePrivate, writeOutput } from '../files/index.js';
import { ListReader, type LoadOptions } from '../lists/index.js';
import { isCompiledFile } from '../matching/index.js';
import { givenOn, type ListOptions, type ListSurroundings, readOptions, reportList } from './lists.js';
import { pluginsOf } from './plugins.js';
import { requireApart } from './written-files.js';

/** Makes a reader for one list file, which reads the hashes of plug-ins too. Raises UsageError. */
export async function listReader(
  path: string,
  values: ListOptions,
  around: ListSurroundings,
  more: Partial<LoadOptions> = {},
): Promise<ListReader> {
  return new ListReader({
    path,
    ...givenOn(path, around),
    ...(await pluginsOf(around)).reading,
    ...readOptions(values),
    signal: around.signal,
    ...more,
  });
}

/** Says what of a list could not be used. */
export function reportRead(reader: ListReader, values: ListOptions, terminal: Voice): void {
  reportList(reader.report(), values, terminal);
}

/** Makes the missing directories for a list file; only their owner can enter them. */
export async function makePlaceFor(path: string): Promise<void> {
  try {
    await makePrivate(dirname(path));
  } catch (error) {
    throw new UsageError(`${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Runs `write` on a list file that appears whole or not at all. Makes missing directories as `makePlaceFor` does.
 * Raises as `writeOutput`.
 */
export async function writeListFile(
  path: string,
  write: (out: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  await makePlaceFor(path);
  await writeOutput(path, write);
}

/** Raises UsageError where the output would replace one of the lists that are read, or a file that is no list. */
export async function requireListApart(
  output: string | undefined,
  lists: readonly string[],
  { config }: { readonly config: Config },
): Promise<void> {
  if (output === undefined) return;
  const made = lists.map((path) => ({ what: 'a list that it is made of', path }));
  const read = config.path === undefined ? made : [...made, { what: 'the configuration', path: config.path }];
  const isBinary = await isCompiledFile(output);
  await requireApart([{ option: '--output', path: output, isBinary }], read);
}

/** Joins small texts, so that each system call writes a larger piece. */
export function gathering(out: (text: string) => Promise<unknown>) {
  let waiting = '';
  return {
    async add(text: string): Promise<void> {
      waiting += text;
      if (waiting.length > 1 << 16) await this.flush();
    },
    async flush(): Promise<void> {
      const text = waiting;
      waiting = '';
      if (text !== '') await out(text);
    },
  };
}

/** True where the path exists. */
export const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;
