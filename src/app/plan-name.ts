import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';

/** The options that name a plan: `name`, and those that say what is scanned. */
export interface NamingOptions {
  readonly name?: string | undefined;
  readonly filesFrom?: readonly string[] | undefined;
  readonly urls?: readonly string[] | undefined;
  readonly pages?: readonly string[] | undefined;
  readonly sitemap?: readonly string[] | undefined;
}

/** Maximum length of a name, in characters. */
const most = 120;

/**
 * The name by which monitoring tells this plan from others on the machine. It is the value of `--name`, or else the
 * scanned targets as absolute paths and addresses, without parts of an address that may be secret. Raises UsageError
 * for a name that is empty or longer than 120 characters.
 * @param targets targets as the user typed them.
 */
export function planName(values: NamingOptions, targets: readonly string[], directory: string): string {
  const { name, filesFrom = [], urls = [], pages = [], sitemap = [] } = values;
  if (name !== undefined) {
    if (name.trim() === '' || name.length > most)
      throw new UsageError(`--name: give it 1 to ${most} characters`);
    return printable(name);
  }
  const lists = [
    ...filesFrom.map((path) => ['--files-from', path] as const),
    ...urls.map((path) => ['--urls', path] as const),
    ...pages.map((page) => ['--pages', page] as const),
    ...sitemap.map((page) => ['--sitemap', page] as const),
  ];
  const parts = [
    ...targets.map((target) => place(target, directory)),
    ...lists.map(([option, path]) => `${option} ${place(path, directory)}`),
  ];
  return shortened(printable(parts.join(' ')));
}

/**
 * The target in a form that does not depend on the working directory: an absolute path, or an address without user,
 * password and query.
 */
function place(target: string, directory: string): string {
  if (target === '-') return target;
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(target)) return resolve(directory, target);
  if (!URL.canParse(target)) return 'an address';
  const { protocol, host, pathname } = new URL(target);
  return `${protocol}//${host}${pathname}`;
}

/** Shortens a long text to its beginning and a digest of the whole. */
function shortened(text: string): string {
  if (text.length <= most) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${text.slice(0, most - 10)}… ${digest}`;
}
