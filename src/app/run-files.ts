import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { ownListPath } from '../config/index.js';
import { printable } from '../core/index.js';
import { defaultLedgerPath, placeOf } from '../files/index.js';
import type { WrittenOptions } from './own-files.js';
import type { OwnListOptions } from './own-list-place.js';
import type { Around } from './surroundings.js';
import type { Read, Written } from './written-files.js';

/** The options that name the files of a run. */
export interface FileOptions extends WrittenOptions, OwnListOptions {
  readonly ledger?: string | undefined;
  readonly useLedger?: boolean | undefined;
  readonly list?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
}

/** Absolute path of the ledger that a run would use, whether it uses it or not. */
export const ledgerPathOf = (
  values: FileOptions,
  { environment }: Pick<Around, 'environment'>,
): string | undefined =>
  values.ledger === undefined ? defaultLedgerPath(process.platform, environment) : resolve(values.ledger);

/** The files that the options tell a run to write. */
export function writtenBy(values: FileOptions): Written[] {
  const { summary, heartbeat, metrics, ledger } = values;
  const one = (option: string, path: string | undefined, isBinary = false): Written[] =>
    path === undefined ? [] : [{ option, path, isBinary }];
  return [
    ...(values.output ?? []).map((path) => ({ option: '--output', path })),
    ...one('--summary', summary),
    ...one('--heartbeat', heartbeat),
    ...one('--metrics', metrics),
    ...(values.useLedger === false ? [] : one('--ledger', ledger, true)),
  ];
}

/** The files that every run reads: the lists and the configuration. */
export function readBy(values: FileOptions, { config, environment }: Pick<Around, 'config' | 'environment'>) {
  const own = ownListPath(values.ownList, environment);
  const read: Read[] = [
    ...(values.list ?? []).map((path) => ({ what: 'the hash list', path })),
    ...(own === undefined ? [] : [{ what: 'your own list', path: own }]),
    ...(values.allow ?? []).map((path) => ({ what: 'the allow list', path })),
    ...(config.path === undefined ? [] : [{ what: 'the configuration', path: config.path }]),
  ];
  return read;
}

/** A warning where events are written below a directory that is scanned; otherwise undefined. */
export async function exposedEvents(
  outputs: readonly string[],
  directories: readonly string[],
): Promise<string | undefined> {
  const roots = await Promise.all(directories.map((directory) => realpath(directory).catch(() => directory)));
  for (const output of outputs) {
    if (output === '-') continue;
    const place = await placeOf(output).catch(() => undefined);
    if (place?.kind === 'file' && roots.some((root) => isBelow(place.path, root)))
      return (
        `warning: output ${printable(output)} lies below a directory that is scanned: ` +
        'where its files are served to others, so are the events; name a place outside of it'
      );
  }
  return undefined;
}

function isBelow(path: string, root: string): boolean {
  const inside = relative(root, path);
  return inside !== '' && !/^\.\.([\\/]|$)/.test(inside) && resolve(inside) !== inside;
}
