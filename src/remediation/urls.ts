import { textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

export const urls: BlockFormat = {
  about: 'the web addresses, one a line',
  ...textOf('', /https?:\/\/\S+\n/g),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    return { rules: found.map(({ target, address }) => `${hrefOf(target.url!, address.query)}\n`), left };
  },
};

/** Without the query where the rule blocks every query. */
export function hrefOf(text: string, query: string | undefined): string {
  const url = new URL(text);
  if (query === undefined) url.search = '';
  return url.href;
}
