import { UsageError } from './errors.js';
import { printable } from './uri.js';

/**
 * The names of hosts as URLs carry them: lower case, punycode, `*` and a leading `*.` as they are. Raises UsageError for what is no
 * name of a host, because it would match nothing.
 * @param option what the names were given with.
 */
export function hostNames(names: readonly string[], option = '--hosts'): string[] {
  return names.map((name) => {
    if (name === '*') return name;
    const [, wildcard = '', rest = ''] = /^(\*\.)?(.*)$/s.exec(name)!;
    const url = `http://${rest}`;
    // A name alone, or an address of IPv6 in brackets: no scheme, port or path.
    const isName = /^([^\s.*/:?#@\\[\]][^\s*/:?#@\\[\]]*|\[[\da-f:.]+\])$/i.test(rest) && URL.canParse(url);
    if (!isName)
      // Not what stands before `@`, which may be a password.
      throw new UsageError(
        `${option}: "${printable(name.replace(/^.*@/s, '…@'))}" is no name of a host; write cdn.example.org, *.example.org or *, without scheme, port and path`,
      );
    return `${wildcard}${new URL(url).hostname}`;
  });
}
