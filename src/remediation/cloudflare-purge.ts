import { json, parsed, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';
import { hrefOf } from './urls.js';

/** The most addresses that Cloudflare takes in one request on every plan. */
const maxFiles = 30;

/** The bodies of requests to `zones/ID/purge_cache`. A rule at the origin leaves the copy in the cache online. */
export const cloudflarePurge: BlockFormat = {
  about:
    'Cloudflare: bodies of requests that purge cached copies (zones/ID/purge_cache); block first, then purge',
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    return { rules: found.map(({ target, address }) => hrefOf(target.url!, address.query)), left };
  },
  write(rules) {
    const bodies: { files: string[] }[] = [];
    for (let at = 0; at < rules.length; at += maxFiles)
      bodies.push({ files: rules.slice(at, at + maxFiles) });
    return json(bodies);
  },
  read(text) {
    const bodies = parsed(text);
    if (!Array.isArray(bodies)) return undefined;
    const rules: string[] = [];
    for (const body of bodies as ({ files?: unknown } | null)[]) {
      if (!Array.isArray(body?.files)) return undefined;
      for (const file of body.files as unknown[]) {
        if (typeof file !== 'string' || !/^https?:/.test(file)) return undefined;
        rules.push(file);
      }
      if (json(body) !== json({ files: body.files })) return undefined;
    }
    return rules;
  },
};
