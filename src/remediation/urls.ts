import { withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

export const urls: BlockFormat = {
  about: 'the web addresses, one a line',
  write(targets) {
    const { found, left } = withAddress(targets);
    return { text: found.map(({ target }) => `${new URL(target.url!).href}\n`).join(''), left };
  },
};
