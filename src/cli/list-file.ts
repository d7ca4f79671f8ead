import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { algorithmBits } from '../fingerprints/index.js';
import { ListReader, type LoadOptions } from '../lists/read.js';
import type { CommandContext } from './command.js';
import { reasonOf } from './config.js';
import { givenOn, readOptions, tellReport } from './lists.js';
import type { OptionValues } from './options.js';
import { type OutputFile, openOutput } from './output-file.js';
import type { Terminal } from './terminal.js';

/** A reader for one list file as the command line wants it read. */
export function listReader(
  path: string,
  { values, signal }: Pick<CommandContext, 'values' | 'signal'>,
  more: Partial<LoadOptions> = {},
): ListReader {
  return new ListReader({
    path,
    ...givenOn(path),
    algorithms: algorithmBits,
    ...readOptions(values),
    signal,
    ...more,
  });
}

/** Says what of a list that was read is not usable. */
export function tellOf(reader: ListReader, values: OptionValues, terminal: Terminal): void {
  tellReport(reader.report(), values, terminal);
}

/** Makes the directory of a list file, for its owner alone, where it has to be made. */
export async function makePlaceFor(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(`${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}

/** Opens a list file for writing whole, in a directory for its owner alone where it has to be made. */
export async function openListFile(path: string): Promise<OutputFile> {
  await makePlaceFor(path);
  return openOutput(path);
}

/** Runs `write` on a list file that appears whole or not at all. */
export async function writeListFile(
  path: string,
  write: (out: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const file = await openListFile(path);
  try {
    await write((text) => file.write(text));
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Gathers small texts into pieces worth a system call. */
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

export const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;
