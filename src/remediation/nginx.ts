import { anyQueryEncoding, banner, exactly, exactText, textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

const head = banner('#', [
  'In the http block:      include /etc/nginx/hashsieve-blocked.conf;',
  'In each server block:   if ($hashsieve_blocked) { return 451; }',
  'Then: nginx -t && nginx -s reload',
]);

/** nginx decodes and normalises `$uri`, so a rule matches the address however it is written. */
export const nginx: BlockFormat = {
  about: 'nginx: a map that says which requests get 451',
  ...textOf(
    `${head}map "$host$uri$is_args$args" $hashsieve_blocked {\n  default 0;\n`,
    / {2}"~\^.*" 1;\n/g,
    '}\n',
  ),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const rules = found.map(({ address: { host, path, query } }) => {
      const end = query === undefined ? '(?:\\x3f|$)' : `\\x3f${anyQueryEncoding(query)}$`;
      return `  "~^${exactText(host)}${exactly(path)}${end}" 1;\n`;
    });
    return { rules, left };
  },
};
