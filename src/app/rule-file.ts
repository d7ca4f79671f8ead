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
  /** Why the server may not be able to read the file; undefined where it is root that reads it, or everybody can. */
  readonly access: string | undefined;
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
  const before = await stat(path).catch(() => undefined);
  const write = async (out: (text: string) => Promise<void>) => {
    // Read while the lock is held: rules that somebody adds in between would be lost.
    const text = await readIfThere(path);
    earlier = text.trim() === '' ? [] : format.read(text);
    if (!earlier && !replace)
      throw new UsageError(
        `${printable(path)} holds something else than rules that block wrote in this format, and is left alone: name another file, ` +
          'write the rules to standard output and add them by hand, or give --replace to lose what it holds',
      );
    await out(format.write(replace ? rules : [...new Set([...(earlier ?? []), ...rules])]));
  };
  await writeOutput(path, write, { keepAccess: true });
  const access = await accessOf(path, format, before);
  const others = (earlier ?? []).filter((rule) => !given.has(rule));
  if (!replace) return { kept: others, lifted: [], access };
  return {
    access,
    kept: [],
    lifted: earlier ? others.map(inOneLine) : ['what it held, which was not written by block'],
  };
}

/** Says who can read a rule file and who must; undefined where the server can read it. */
async function accessOf(
  path: string,
  { readBy }: BlockFormat,
  before: { readonly uid: number; readonly gid: number } | undefined,
): Promise<string | undefined> {
  const now = await stat(path).catch(() => undefined);
  if (process.platform === 'win32' || !now?.isFile() || readBy === undefined) return undefined;
  const isGiven = before !== undefined && (now.uid !== before.uid || now.gid !== before.gid);
  if ((now.mode & 0o004) !== 0) return undefined;
  const mode = (now.mode & 0o777).toString(8).padStart(3, '0');
  const owner = `owner ${now.uid}, group ${now.gid}, mode ${mode}`;
  const was = isGiven ? `; it was of owner ${before.uid}, group ${before.gid}, which only root can set` : '';
  return `${owner}${was}. Make sure that ${readBy} can read it (chgrp and chmod 640; later runs keep both)`;
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
