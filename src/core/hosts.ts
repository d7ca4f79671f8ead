import { UsageError } from './errors.js';
import { printable } from './uri.js';

/**
 * Host names as URLs hold them: lower case, punycode; `*` and a leading `*.` stay. Raises UsageError for a name that is
 * no host name, because it would match nothing.
 * @param option the option that gave the names.
 */
export function hostNames(names: readonly string[], option = '--hosts'): string[] {
  return names.map((name) => {
    if (name === '*') return name;
    const [, wildcard = '', rest = ''] = /^(\*\.)?(.*)$/s.exec(name)!;
    const url = `http://${rest}`;
    // A host name, or an IPv6 address in brackets, without scheme, port or path.
    const isName = /^([^\s.*/:?#@\\[\]][^\s*/:?#@\\[\]]*|\[[\da-f:.]+\])$/i.test(rest) && URL.canParse(url);
    if (!isName)
      // The message leaves out the part before `@`, which may be a password.
      throw new UsageError(
        `${option}: "${printable(name.replace(/^.*@/s, '…@'))}" is no name of a host; write cdn.example.org, *.example.org or *, without scheme, port and path`,
      );
    return `${wildcard}${new URL(url).hostname}`;
  });
}
