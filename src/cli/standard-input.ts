import type { OptionTable } from '../config/index.js';
import { UsageError } from '../core/index.js';
import type { OptionValues } from './options.js';

/** Options whose `-` is standard input. */
const readers = ['list', 'allow', 'filesFrom', 'urls', 'events'] as const;

/**
 * Raises UsageError where standard input is wanted twice: whoever reads it first would leave nothing to the other, and
 * paths would be taken for hashes.
 */
export function requireOneReader(args: readonly string[], values: OptionValues, options: OptionTable): void {
  const named = [
    ...args.map((arg) => ({ name: 'argument', path: arg })),
    ...readers.flatMap((reader) =>
      (values[reader] ?? []).map((path) => ({ name: longFlag(options[reader]!.flags), path })),
    ),
  ].filter(({ path }) => path === '-');
  if (named.length < 2) return;
  const all = named.map(({ name }) => `${name} -`).join(' and ');
  throw new UsageError(`${all}: standard input can be read only once; put what the others name into a file`);
}

const longFlag = (flags: string): string => /--[\w-]+/.exec(flags)![0];
