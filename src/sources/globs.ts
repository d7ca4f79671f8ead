import type { Options } from 'micromatch';
import { UsageError } from '../core/index.js';
import { globText } from './paths.js';

/** Globs in micromatch's syntax. */
export interface Globs {
  /** Empty: every file is wanted. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Applies globs to paths below the scanned directory, written as `nameText` writes names, without a leading slash. */
export interface PathFilter {
  /** True for a file that is to be scanned. */
  wants(path: string): boolean;
  /** True for a directory that may contain such a file. */
  enters(path: string): boolean;
}

/** The user's globs, for names as `nameText` writes them. Raises UsageError for a glob that cannot work as written. */
export function compileGlobs(include: readonly string[] = [], exclude: readonly string[] = []): Globs {
  for (const glob of include) check('--include', glob);
  for (const glob of exclude) check('--exclude', glob);
  return {
    include: include.map(fromRoot).map((glob) => (glob.endsWith('/') ? below(glob) : glob)),
    exclude: exclude.map(fromRoot).flatMap((glob) => [glob.replace(/\/+$/, ''), below(glob)]),
  };
}

const options: Options = { dot: true, posix: true, strictSlashes: false };

/** Makes the filter; undefined where everything is wanted. */
export async function pathFilter({ include, exclude }: Globs): Promise<PathFilter | undefined> {
  if (include.length === 0 && exclude.length === 0) return undefined;
  const { default: micromatch } = await import('micromatch');
  const expanded = (globs: readonly string[]) =>
    globs
      .flatMap((glob) =>
        micromatch.braces(glob, { expand: true, nodupes: true, keepEscaping: true } as Options),
      )
      .map((glob) => glob.replace(/(?!^)\/{2,}/g, '/'));
  const compiled = (globs: readonly string[]) => globs.map((glob) => micromatch.makeRe(glob, options));
  const isIn = (path: string, patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(path));

  const wanted = expanded(include);
  const positive = compiled(wanted);
  const negative = compiled(expanded(exclude));
  // What the path of a directory must begin with, segment by segment, up to the first segment that may match several.
  const ways = wanted.map((glob) => {
    const segments = micromatch.scan(glob, { ...options, parts: true }).parts ?? [];
    const given = segments.length > 0 ? segments : [glob];
    const any = given.findIndex((segment) => segment.includes('**'));
    return { segments: compiled(any < 0 ? given : given.slice(0, any)), isOpen: any >= 0 };
  });
  const leadsOn = (path: string) => {
    const names = path.split('/');
    return ways.some(
      ({ segments, isOpen }) =>
        (isOpen || names.length < segments.length) &&
        names.every((name, depth) => depth >= segments.length || segments[depth]!.test(name)),
    );
  };
  return {
    wants: (path) => (include.length === 0 || isIn(path, positive)) && !isIn(path, negative),
    enters: (path) => (include.length === 0 || leadsOn(path)) && !isIn(path, negative),
  };
}

/** Raises UsageError for a glob that would silently mean something else. */
function check(flag: string, glob: string): void {
  if (glob === '') throw new UsageError(`${flag}: an empty pattern matches nothing; leave the option out`);
  if (glob.startsWith('!') && glob[1] !== '(')
    throw new UsageError(`${flag} ${glob}: patterns are not negated with "!"; use the opposite option`);
  if (glob.split('/').includes('..'))
    throw new UsageError(
      `${flag} ${glob}: patterns are relative to the scanned directory and cannot leave it`,
    );
}

/** A glob without a slash applies to names at any depth, one with a slash to paths from the scanned directory. */
function fromRoot(glob: string): string {
  const path = globText(glob).replace(/^(\.?\/)+/, '');
  return path.replace(/\/+$/, '').includes('/') ? path : `**/${path}`;
}

const below = (glob: string) => `${glob.replace(/\/+$/, '')}/**`;
