import { apache } from './apache.js';
import { caddy } from './caddy.js';
import { cloudflareList } from './cloudflare-list.js';
import { haproxyMap } from './haproxy-map.js';
import { htaccess } from './htaccess.js';
import { lighttpd } from './lighttpd.js';
import { nginx } from './nginx.js';
import { s3DeletePlan } from './s3-delete-plan.js';
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
  's3-delete-plan': s3DeletePlan,
} satisfies Record<string, BlockFormat>;

/** Name of a format in `blockFormats`. */
export type BlockFormatName = keyof typeof blockFormats;
/** The names of `blockFormats`. */
export const blockFormatNames = Object.keys(blockFormats) as readonly BlockFormatName[];
