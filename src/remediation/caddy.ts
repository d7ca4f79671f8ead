import { createHash } from 'node:crypto';
import { anyQueryEncoding, banner, exactCharacters, textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

/** The name comes from what the rule blocks. So no two files, and no file that grows, use one name for two rules. */
function rule(matchers: string): string {
  const name = `@hashsieve_${createHash('sha256').update(matchers).digest('hex').slice(0, 16)}`;
  return `${name} {\n${matchers}}\nrespond ${name} 451\n`;
}

const head = banner('#', [
  'In each site block:  import /etc/caddy/hashsieve-blocked.caddy',
  'Then: caddy validate && caddy reload',
]);

export const caddy: BlockFormat = {
  about: 'Caddy: named matchers that answer 451',
  readBy: 'Caddy (the user caddy under caddy.service)',
  ...textOf(head, /@hashsieve_.* \{\n(?:\t.*\n)+\}\nrespond @hashsieve_.* 451\n/g),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const unwritable = [...left];
    const rules: string[] = [];
    for (const { target, address } of found) {
      const path = exactCharacters(address.path);
      if (path === undefined) {
        unwritable.push({ target, reason: 'its path is no UTF-8' });
        continue;
      }
      const query =
        address.query === undefined
          ? ''
          : `\texpression \`{http.request.uri.query}.matches("^${anyQueryEncoding(address.query).replaceAll('\\', '\\\\')}(?:\\\\x23|$)")\`\n`;
      rules.push(rule(`\thost ${address.host} ${address.host}.\n\tpath_regexp "^${path}$"\n${query}`));
    }
    return { rules, left: unwritable };
  },
};
