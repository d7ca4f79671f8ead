import { apache } from './apache.js';
import { caddy } from './caddy.js';
import { cloudflareList } from './cloudflare-list.js';
import { cloudflarePurge } from './cloudflare-purge.js';
import { haproxyMap } from './haproxy-map.js';
import { htaccess } from './htaccess.js';
import { lighttpd } from './lighttpd.js';
import { nginx } from './nginx.js';
import { s3DeletePlan } from './s3-delete-plan.js';
import { s3DenyPolicy } from './s3-deny-policy.js';
import type { BlockFormat } from './types.js';
import { urls } from './urls.js';
import { varnish } from './varnish.js';

/** Every kind of rule file, by the name that `block --format` takes. */
export const blockFormats = {
  urls,
  nginx,
  apache,
  htaccess,
  caddy,
  'cloudflare-list': cloudflareList,
  varnish,
  'haproxy-map': haproxyMap,
  lighttpd,
  'cloudflare-purge': cloudflarePurge,
  's3-deny-policy': s3DenyPolicy,
  's3-delete-plan': s3DeletePlan,
} satisfies Record<string, BlockFormat>;

/** Name of a format in `blockFormats`. */
export type BlockFormatName = keyof typeof blockFormats;
/** The names of `blockFormats`. */
export const blockFormatNames = Object.keys(blockFormats) as readonly BlockFormatName[];
