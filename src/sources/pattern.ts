import { promises as fs } from 'node:fs';
import { resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { type LinkOptions, linkRule, sourced } from './directory.js';
import { compileGlobs, pathFilter } from './globs.js';
import { absolutePath, globText, nameBytes, nameText } from './paths.js';
import { isMissing } from './problems.js';
import type { Source } from './types.js';
import { walk } from './walk.js';

export interface PatternOptions extends LinkOptions {
  /** A glob: `uploads/*.{jpg,png}`. */
  readonly pattern: string;
  /** Absolute; where a relative pattern begins. Default: where the process works. */
  readonly cwd?: string;
  /** Globs as a directory takes them, from the folder that the pattern names before its first wildcard. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Where a part of a pattern begins, and what it matches below. */
interface Root {
  /** Absolute, raw bytes. */
  readonly path: Buffer;
  /** Globs from there, for names as `nameText` writes them, without braces. */
  readonly globs: readonly string[];
}

/** Characters of a pattern, and alternatives of its braces. */
const longest = 8192;
const mostAlternatives = 1000;

/** Whether `text` says more than a name when it is read as a glob. */
export async function isPattern(
  text: string,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  // Most names hold none of these, and need no package to tell.
  if (!/[*?[\](){}]/.test(text)) return false;
  const { default: fastGlob } = await import('fast-glob');
  return fastGlob.isDynamicPattern(slashed(text, platform));
}

/**
 * Every file that a glob matches, and all below every directory that it matches, each once, by the rules that a directory has for
 * hidden files, links, other things than files, and the order. The package takes the glob apart; our own walk looks for it, because the
 * package's gives names that are no UTF-8 in a way that cannot be opened.
 */
export async function patternSource(
  options: PatternOptions,
): Promise<Source & { readonly folders: readonly Uint8Array[] }> {
  const { include: chosen, exclude } = compileGlobs(options.include, options.exclude);
  const roots = (await rootsOf(options.pattern, options.cwd ?? process.cwd())).map(({ path, globs }) => ({
    path,
    include: globs.flatMap((glob) => (glob.endsWith('/') ? [`${glob}**`] : [glob, `${glob}/**`])),
  }));
  const links = linkRule(options, (scope) => {
    for (const { path, include } of roots) scope.addDirectory(path, { include, exclude, chosen });
  });
  return {
    label: options.pattern,
    /** Absolute, raw bytes: what the pattern names before its first wildcard. */
    folders: roots.map(({ path }) => path),
    async *list(signal) {
      const wanted = await pathFilter({ include: chosen, exclude: [] });
      const found = new Set<string>();
      for (const { path: root, include } of roots) {
        for await (const block of walk({ root, globs: { include, exclude }, links, signal }))
          for (const one of block) {
            if (signal?.aborted) return;
            // Alternatives may name folders that are not there.
            if ('error' in one && one.path === root.toString('latin1') && isMissing(one.error)) continue;
            if (wanted && !('error' in one)) {
              const text = textBelow(root, one.path);
              if (!(one.link?.isDirectory ? wanted.enters(text) : wanted.wants(text))) continue;
            }
            // Only parts of a pattern that begin in different folders can find the same.
            if (roots.length > 1 && found.has(one.path)) continue;
            if (roots.length > 1) found.add(one.path);
            yield sourced(one);
          }
      }
    },
  };
}

/**
 * A glob without its braces, and the folders that its alternatives begin in, as they are written. Segments that hold no wildcard mean
 * themselves: the parentheses of `photos (2024)` too. Raises UsageError for one of too many alternatives.
 */
async function partsOf(
  pattern: string,
): Promise<{ readonly base: string; readonly patterns: readonly string[] }[]> {
  const { default: fastGlob } = await import('fast-glob');
  const asWritten = (segment: string) =>
    segment === '' || fastGlob.isDynamicPattern(segment)
      ? segment
      : fastGlob.posix.convertPathToPattern(segment);
  // Negations are for --exclude: a leading "!" means itself.
  const positive = pattern.replace(/^!(?!\()/, '\\!');
  const tooMany = new UsageError(
    `${printable(pattern.slice(0, 200))}: a pattern of too many alternatives; name the folder, and use --include`,
  );
  if (pattern.length > longest) throw tooMany;
  let tasks: { readonly base: string; readonly patterns: readonly string[] }[];
  try {
    tasks = fastGlob.generateTasks(positive);
  } catch (error) {
    // What the package raises where a range like {1..9999} is too long.
    throw error instanceof RangeError ? tooMany : error;
  }
  if (tasks.reduce((sum, { patterns }) => sum + patterns.length, 0) > mostAlternatives) throw tooMany;
  return tasks.map(({ base, patterns }) => ({
    base,
    patterns: patterns.map((one) => one.split('/').map(asWritten).join('/')),
  }));
}

async function rootsOf(pattern: string, cwd: string): Promise<readonly Root[]> {
  const parts = await partsOf(globText(slashed(pattern, process.platform)));
  return parts.map(({ base, patterns }) => {
    const depth = base === '.' ? 0 : base === '/' ? 1 : base.split('/').length;
    return {
      path: absolutePath(nameBytes(base), cwd),
      globs: patterns.map((one) => one.split('/').slice(depth).join('/')),
    };
  });
}

/**
 * Paths of the files that a glob matches, as a shell would write them: hidden ones only where the pattern names the dot, links
 * to files, no directories; sorted. Raises UsageError where there are none, or one has a name that no text can hold.
 */
export async function filesMatching(pattern: string, cwd: string): Promise<string[]> {
  const { default: fastGlob } = await import('fast-glob');
  const patterns = (await partsOf(slashed(pattern, process.platform))).flatMap((part) => part.patterns);
  const options = { cwd, onlyFiles: false, followSymbolicLinks: false, objectMode: true } as const;
  const entries = await fastGlob(patterns, options).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${printable(pattern)}: cannot be listed (${error.code ?? error.message})`);
  });
  const files: string[] = [];
  for (const { path, dirent } of entries) {
    const found = await fs.stat(resolve(cwd, path)).catch(() => undefined);
    // The package gives names that are no UTF-8 with U+FFFD in them.
    if (!found && path.includes('\ufffd') && !dirent.isSymbolicLink())
      throw new UsageError(`${printable(path)}: its name is no UTF-8 and cannot be given here; rename it`);
    if (!found?.isDirectory()) files.push(path);
  }
  if (files.length === 0)
    throw new UsageError(`${printable(pattern)}: no such file, and no file matches it as a pattern`);
  return files.sort();
}

/** Windows writes paths with backslashes, which therefore escape nothing there. */
const slashed = (text: string, platform: NodeJS.Platform): string =>
  platform === 'win32' ? text.replaceAll('\\', '/') : text;

/** Path below `root` as globs are matched with it; paths are raw bytes, each a character of the same number. */
const textBelow = (root: Buffer, path: string): string =>
  path
    .slice(root.length)
    .split('/')
    .filter((name) => name !== '')
    .map((name) => nameText(Buffer.from(name, 'latin1')))
    .join('/');
