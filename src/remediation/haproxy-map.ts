import { banner, textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

/** A path as the converter url_enc writes it: everything but letters, digits and `-._~` percent-encoded. */
const encoded = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9._~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');

/** One pass takes every folder out that a following `..` leaves again. */
const passes = 8;
const variable = 'txn.hashsieve_path';
const set = (converter: string) => `  http-request set-var(${variable}) var(${variable}),${converter}`;

/** A regular expression as an argument: the configuration takes one pair of quotes off, the converter the other. */
const sub = (pattern: string) => `regsub('"${pattern}"',/,g)`;

const head = banner('#', [
  'In each frontend, before other rules (HAProxy 2.6 or later):',
  `  http-request set-var(${variable}) path,url_dec`,
  set(`${sub('/+')},${sub('/([.]/)+')},${sub('/[.]$')}`),
  ...Array.from({ length: passes }, () => set(sub('/([^/.]|[.][^/.]|[.][.][^/])[^/]*/[.][.](/|$)'))),
  set(sub('^(/[.][.])+/')),
  `  http-request deny deny_status 400 if { var(${variable}) -m reg '/[.][.]?(/|$)' }`,
  '  http-request set-var(txn.hashsieve_host) req.hdr(host),lower,host_only,field(-1,@),rtrim(.)',
  set('url_enc'),
  `  http-request return status 451 if { var(txn.hashsieve_host),concat(/,${variable}),map_str(/etc/haproxy/hashsieve-blocked.map) -m found }`,
  'Then: haproxy -c -f FILE, and reload it',
]);

export const haproxyMap: BlockFormat = {
  about: 'HAProxy: a map of addresses, looked up by lines in the frontend that answer 451',
  ...textOf(head, /[^\s#]\S* 451\n/g),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const rules: string[] = [];
    const unwritable = [...left];
    for (const { target, address } of found) {
      const { host, path, query } = address;
      if (query === undefined) rules.push(`${host}/${encoded(path)} 451\n`);
      else
        unwritable.push({
          target,
          reason:
            'a map knows paths only, and its address has a query: --any-query blocks it with every query',
        });
    }
    return { rules, left: unwritable };
  },
};
