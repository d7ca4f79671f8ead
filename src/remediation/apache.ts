import { anyQueryEncoding, banner, exactly, exactText, hostEnd, textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

const head = banner('#', [
  'In each <VirtualHost>:  Include /etc/apache2/hashsieve-blocked.conf   (needs mod_rewrite)',
  'Then: apachectl configtest && apachectl graceful',
]);

/** Within a virtual host, Apache matches the pattern against the decoded path. */
export const apache: BlockFormat = {
  about: 'Apache httpd: mod_rewrite rules that answer 451',
  ...textOf(`${head}RewriteEngine On\n`, /(?:RewriteCond .*\n)+RewriteRule .*\n/g),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const rules = found.map(
      ({ address: { host, path, query } }) =>
        `RewriteCond %{HTTP_HOST} "^${exactText(host)}${hostEnd}" [NC]\n` +
        (query === undefined ? '' : `RewriteCond %{QUERY_STRING} "^${anyQueryEncoding(query)}$"\n`) +
        `RewriteRule "^${exactly(path)}$" - [R=451,L]\n`,
    );
    return { rules, left };
  },
};
