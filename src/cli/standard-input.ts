import type { OptionTable } from '../config/index.js';
import { UsageError } from '../core/index.js';
import type { OptionValues } from '../options/index.js';

/** Options for which `-` is standard input. */
const readers = ['list', 'allow', 'filesFrom', 'urls', 'events', 'identity'] as const;

/**
 * Raises UsageError where two options or arguments read standard input: the first reader would leave nothing to the
 * second, and paths would be taken for hashes.
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
