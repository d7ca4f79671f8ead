import { textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

export const urls: BlockFormat = {
  about: 'the web addresses, one a line',
  ...textOf('', /https?:\/\/\S+\n/g),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    return { rules: found.map(({ target }) => `${new URL(target.url!).href}\n`), left };
  },
};
