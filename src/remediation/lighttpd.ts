import {
  anyQueryEncoding,
  banner,
  exactCharacters,
  exactText,
  hostEnd,
  textOf,
  withAddress,
} from './addresses.js';
import type { BlockFormat } from './types.js';

const head = banner('#', [
  'At the end of lighttpd.conf:  include "/etc/lighttpd/hashsieve-blocked.conf"   (needs mod_access in server.modules)',
  'lighttpd can deny (403) in its configuration, not answer 451. Then: lighttpd -tt -f FILE, and restart it',
]);

/** lighttpd decodes and normalises the path that `$HTTP["url"]` is, and serves a file under every path that goes on after it. */
export const lighttpd: BlockFormat = {
  about: 'lighttpd: conditions that deny (403)',
  ...textOf(
    head,
    /\$HTTP\["url"\] .*\n(?:\$HTTP| {2}\$HTTP).*\n(?: {2}\$HTTP.*\n)? *url\.access-deny .*\n\}[ }]*\n/g,
  ),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const unwritable = [...left];
    const rules: string[] = [];
    for (const { target, address } of found) {
      const path = exactCharacters(address.path);
      if (path === undefined) unwritable.push({ target, reason: 'its path is no UTF-8' });
      else rules.push(rule(path, address.host, address.query));
    }
    return { rules, left: unwritable };
  },
};

function rule(path: string, host: string, query: string | undefined): string {
  const asked = query === undefined ? '' : `  $HTTP["query-string"] =~ "^${anyQueryEncoding(query)}$" {\n`;
  return (
    `$HTTP["url"] =~ "(?s)^${path}(?:/.*)?$" {\n` +
    `  $HTTP["host"] =~ "(?i)^${exactText(host)}${hostEnd}" {\n${asked}` +
    `    url.access-deny = ("")\n}}${asked === '' ? '' : '}'}\n`
  );
}
