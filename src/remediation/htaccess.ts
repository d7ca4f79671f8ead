import { anyQueryEncoding, banner, exactly, exactText, hostEnd, textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

const head = banner('#', [
  'Put these lines at the top of the .htaccess of the folder that is served (needs mod_rewrite and AllowOverride FileInfo).',
  'A .htaccess in a folder below that has rewrite rules of its own needs them as well.',
]);

/** In `.htaccess` a rule sees a path relative to its folder, so the conditions look at the whole decoded path. */
export const htaccess: BlockFormat = {
  about: 'Apache httpd without access to its configuration: lines for .htaccess that answer 451',
  readBy: 'Apache (the user www-data, at each request)',
  ...textOf(`${head}RewriteEngine On\n`, /(?:RewriteCond .*\n)+RewriteRule \^ - \[R=451,L\]\n/g),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const rules = found.map(
      ({ address: { host, path, query } }) =>
        `RewriteCond %{REQUEST_URI} "^${exactly(path)}$"\n` +
        `RewriteCond %{HTTP_HOST} "^${exactText(host)}${hostEnd}" [NC]\n` +
        (query === undefined ? '' : `RewriteCond %{QUERY_STRING} "^${anyQueryEncoding(query)}$"\n`) +
        'RewriteRule ^ - [R=451,L]\n',
    );
    return { rules, left };
  },
};
