import { readFile, stat } from 'node:fs/promises';
import { reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import { writeOutput } from '../files/index.js';
import type { BlockFormat } from '../remediation/types.js';

/** What became of the rules that a file held before. */
export interface EarlierRules {
  /** Rules that stay besides those that were given. */
  readonly kept: readonly string[];
  /** Rules that are gone, fit to be printed. */
  readonly lifted: readonly string[];
}

/**
 * Writes rules to a file, and keeps those that it holds: what is blocked already is not found again by a scan of
 * addresses, and must not come back online for that. With `replace` only the given ones stay. Raises UsageError where
 * the file holds something else than rules of the format, and `replace` is not set.
 */
export async function writeRules(
  path: string,
  format: BlockFormat,
  rules: readonly string[],
  replace = false,
): Promise<EarlierRules> {
  let earlier: readonly string[] | undefined;
  const given = new Set(rules);
  await writeOutput(path, async (out) => {
    // Read once nobody else can write it: rules that come in between would be lost.
    const text = await readIfThere(path);
    earlier = text.trim() === '' ? [] : format.read(text);
    if (!earlier && !replace)
      throw new UsageError(
        `${printable(path)} holds something else than rules that block wrote in this format, and is left alone: name another file, ` +
          'write the rules to standard output and add them by hand, or give --replace to lose what it holds',
      );
    await out(format.write(replace ? rules : [...new Set([...(earlier ?? []), ...rules])]));
  });
  const others = (earlier ?? []).filter((rule) => !given.has(rule));
  if (!replace) return { kept: others, lifted: [] };
  return {
    kept: [],
    lifted: earlier ? others.map(inOneLine) : ['what it held, which was not written by block'],
  };
}

/** A rule in one line, its address as a person writes it as far as that goes. */
const inOneLine = (rule: string): string =>
  printable(
    rule
      .trim()
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll(/\(\?:(\\x[0-9a-f]{2}|[\w-])\|%[^)]*\)/g, '$1')
      .replaceAll(/\\x\{?([0-9a-f]{1,6})\}?/g, (_, code: string) =>
        String.fromCodePoint(Number.parseInt(code, 16)),
      ),
  );

async function readIfThere(path: string): Promise<string> {
  try {
    // A device or a pipe holds no rules, and reading it may never end.
    const stats = await stat(path);
    return stats.isFile() ? await readFile(path, 'utf8') : '';
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return '';
    throw new UsageError(`output ${printable(path)} cannot be read, and may hold rules: ${reasonOf(error)}`);
  }
}
