import { promises as fs } from 'node:fs';
import { resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { type LinkOptions, linkRule, sourced } from './directory.js';
import { compileGlobs, pathFilter } from './globs.js';
import { absolutePath, globText, nameBytes, nameText } from './paths.js';
import { isMissing } from './problems.js';
import type { Source } from './types.js';
import { walk } from './walk.js';

/** Which files to scan, by a glob. */
export interface PatternOptions extends LinkOptions {
  /** A glob: `uploads/*.{jpg,png}`. */
  readonly pattern: string;
  /** Absolute directory from which a relative pattern starts. Default: the working directory. */
  readonly cwd?: string;
  /** Globs as for a directory, applied from the folder that the pattern names before its first wildcard. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** The folder in which a part of a pattern starts, and what it matches below. */
interface Root {
  /** Absolute path, raw bytes. */
  readonly path: Buffer;
  /** Globs from that folder, for names as `nameText` writes them, without braces. */
  readonly globs: readonly string[];
}

/** The most characters of a pattern, and the most alternatives of its braces. */
const longest = 8192;
const mostAlternatives = 1000;

/** True where `text`, read as a glob, contains a wildcard or alternatives. */
export async function isPattern(
  text: string,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  // Most names contain none of these characters, so this avoids loading the package.
  if (!/[*?[\](){}]/.test(text)) return false;
  const { default: fastGlob } = await import('fast-glob');
  return fastGlob.isDynamicPattern(slashed(text, platform));
}

/**
 * Every file that a glob matches, and all files below every directory that it matches, each once. Hidden files, links,
 * other things than files, and the order are treated as for a directory. The package only parses the glob, and our own
 * walk finds the files, because the package returns names that are no UTF-8 in a form that cannot be opened.
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
    /** Absolute paths, raw bytes: what the pattern names before its first wildcard. */
    folders: roots.map(({ path }) => path),
    async *list(signal) {
      const wanted = await pathFilter({ include: chosen, exclude: [] });
      const found = new Set<string>();
      for (const { path: root, include } of roots) {
        for await (const block of walk({ root, globs: { include, exclude }, links, signal }))
          for (const one of block) {
            if (signal?.aborted) return;
            // Some alternatives may name folders that do not exist.
            if ('error' in one && one.path === root.toString('latin1') && isMissing(one.error)) continue;
            if (wanted && !('error' in one)) {
              const text = textBelow(root, one.path);
              if (!(one.link?.isDirectory ? wanted.enters(text) : wanted.wants(text))) continue;
            }
            // Only parts that start in different folders can find the same file twice.
            if (roots.length > 1 && found.has(one.path)) continue;
            if (roots.length > 1) found.add(one.path);
            yield sourced(one);
          }
      }
    },
  };
}

/**
 * The parts of a glob without braces, and the folders in which they start, as the user wrote them. A segment without a
 * wildcard stands for itself: the parentheses of `photos (2024)` too. Raises UsageError for a glob with too many
 * alternatives.
 */
async function partsOf(
  pattern: string,
): Promise<{ readonly base: string; readonly patterns: readonly string[] }[]> {
  const { default: fastGlob } = await import('fast-glob');
  const asWritten = (segment: string) =>
    segment === '' || fastGlob.isDynamicPattern(segment)
      ? segment
      : fastGlob.posix.convertPathToPattern(segment);
  // Negation is the purpose of --exclude, so a leading "!" stands for itself.
  const positive = pattern.replace(/^!(?!\()/, '\\!');
  const tooMany = new UsageError(
    `${printable(pattern.slice(0, 200))}: a pattern of too many alternatives; name the folder, and use --include`,
  );
  if (pattern.length > longest) throw tooMany;
  let tasks: { readonly base: string; readonly patterns: readonly string[] }[];
  try {
    tasks = fastGlob.generateTasks(positive);
  } catch (error) {
    // The package raises RangeError for a range that is too long, such as {1..9999}.
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
 * Paths of the files that a glob matches, as a shell would list them: hidden files only where the pattern names the
 * dot, links to files, no directories; sorted. Raises UsageError where it matches none, or a file whose name no text
 * can hold.
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
    // The package puts U+FFFD into names that are no UTF-8.
    if (!found && path.includes('\ufffd') && !dirent.isSymbolicLink())
      throw new UsageError(`${printable(path)}: its name is no UTF-8 and cannot be given here; rename it`);
    if (!found?.isDirectory()) files.push(path);
  }
  if (files.length === 0)
    throw new UsageError(`${printable(pattern)}: no such file, and no file matches it as a pattern`);
  return files.sort();
}

/** On Windows paths have backslashes, which therefore escape nothing there. */
const slashed = (text: string, platform: NodeJS.Platform): string =>
  platform === 'win32' ? text.replaceAll('\\', '/') : text;

/** The path below `root` for matching globs. Paths are raw bytes, each as the character of the same number. */
const textBelow = (root: Buffer, path: string): string =>
  path
    .slice(root.length)
    .split('/')
    .filter((name) => name !== '')
    .map((name) => nameText(Buffer.from(name, 'latin1')))
    .join('/');
