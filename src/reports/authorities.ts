import { caC3p } from './ca-c3p.js';
import { euDsa16 } from './eu-dsa16.js';
import { generic } from './generic.js';
import { iwf } from './iwf.js';
import { ncmec } from './ncmec/index.js';
import type { Authority } from './types.js';
import { ukNca } from './uk-nca.js';
import { xarf } from './xarf.js';

/** Every authority that takes reports. No other place names them. */
export const authorities = {
  ncmec,
  'uk-nca': ukNca,
  'ca-c3p': caC3p,
  iwf,
  'eu-dsa16': euDsa16,
  xarf,
  generic,
} satisfies Record<string, Authority>;

export type AuthorityName = keyof typeof authorities;
export const authorityNames = Object.keys(authorities) as readonly AuthorityName[];
