import { readFile, stat } from 'node:fs/promises';
import { reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import { writeOutput } from '../files/index.js';
import type { BlockFormat } from '../remediation/types.js';

/** What happened to the rules that the file held before. */
export interface EarlierRules {
  /** Old rules that stay besides the new ones. */
  readonly kept: readonly string[];
  /** Old rules that were removed; safe to print. */
  readonly lifted: readonly string[];
}

/**
 * Writes rules to a file and keeps those that it already holds: a scan of addresses does not find again what is
 * blocked, and that must not put it back online. With `replace` only the new rules stay. Raises UsageError where the
 * file holds something other than rules of the format and `replace` is not set.
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
    // Read while the lock is held: rules that somebody adds in between would be lost.
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

/** A rule in one line, with its address as a person would write it, as far as possible. */
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
