import { UsageError } from '../core/errors.js';
import { globText } from './paths.js';

/** Globs as fast-glob takes them. */
export interface Globs {
  readonly include: string[];
  readonly exclude: string[];
}

/** The user's globs, for names as `nameText` writes them. Raises UsageError for one that cannot be meant. */
export function compileGlobs(include: readonly string[] = [], exclude: readonly string[] = []): Globs {
  for (const glob of include) check('--include', glob);
  for (const glob of exclude) check('--exclude', glob);
  const wanted = include.map(fromRoot).map((glob) => (glob.endsWith('/') ? below(glob) : glob));
  return {
    include: wanted.length > 0 ? wanted : ['**'],
    exclude: exclude.map(fromRoot).flatMap((glob) => [glob.replace(/\/+$/, ''), below(glob)]),
  };
}

/** Refuses what would silently mean something else. */
function check(flag: string, glob: string): void {
  if (glob === '') throw new UsageError(`${flag}: an empty pattern matches nothing; leave the option out`);
  if (glob.startsWith('!') && glob[1] !== '(')
    throw new UsageError(`${flag} ${glob}: patterns are not negated with "!"; use the opposite option`);
  if (glob.split('/').includes('..'))
    throw new UsageError(
      `${flag} ${glob}: patterns are relative to the scanned directory and cannot leave it`,
    );
}

/**
 * A glob without a slash means a name at any depth, one with a slash a path from the scanned directory. The first
 * segment is wrapped so that fast-glob, which would start a walk of its own for each literal prefix, makes one walk.
 */
function fromRoot(glob: string): string {
  const path = globText(glob).replace(/^(\.?\/)+/, '');
  if (!path.replace(/\/+$/, '').includes('/')) return `**/${path}`;
  const [first, ...rest] = path.split('/');
  return /[*?[\](){}!@+\\]/.test(first!) ? path : [`@(${first})`, ...rest].join('/');
}

const below = (glob: string) => `${glob.replace(/\/+$/, '')}/**`;
