import { createHash } from 'node:crypto';
import { banner, exactText, textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

/**
 * The pattern of a path. Go's regular expressions match characters, so it is undefined for a path that is not UTF-8.
 */
function pattern(path: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(path);
    return Array.from(text, (char) =>
      /[A-Za-z0-9_/-]/.test(char) ? char : `\\x{${char.codePointAt(0)!.toString(16)}}`,
    ).join('');
  } catch {
    return undefined;
  }
}

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
  ...textOf(head, /@hashsieve_.* \{\n(?:\t.*\n)+\}\nrespond @hashsieve_.* 451\n/g),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const unwritable = [...left];
    const rules: string[] = [];
    for (const { target, address } of found) {
      const path = pattern(address.path);
      if (path === undefined) {
        unwritable.push({ target, reason: 'its path is no UTF-8' });
        continue;
      }
      const query =
        address.query === undefined
          ? ''
          : `\texpression \`{http.request.uri.query}.matches("^${exactText(address.query).replaceAll('\\', '\\\\')}$")\`\n`;
      rules.push(rule(`\thost ${address.host}\n\tpath_regexp "^${path}$"\n${query}`));
    }
    return { rules, left: unwritable };
  },
};
