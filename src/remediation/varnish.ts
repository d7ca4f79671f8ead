import {
  anyEncoding,
  anyQueryEncoding,
  banner,
  exactText,
  hostEnd,
  textOf,
  withAddress,
} from './addresses.js';
import type { BlockFormat } from './types.js';

const path = 'req.http.hashsieve-path';
const step = (call: string, pattern: string, by: string) =>
  `  set ${path} = ${call}(${path}, {"${pattern}"}, "${by}");\n`;

/** One pass takes every folder out that a following `..` leaves again; folders in folders need as many passes. */
const passes = 8;

/**
 * `req.url` is what the client sent. These lines keep its path without dot segments and runs of slashes, as the server
 * behind Varnish will see it. What they cannot resolve is answered 400: no browser sends it.
 */
const normalise =
  `  set ${path} = regsub(req.url, {"(?i)^https?://[^/?#]*"}, "");\n` +
  step('regsub', '(?s)[?#].*$', '') +
  step('regsuball', '%2[fF]', '/') +
  step('regsuball', '%2[eE]', '.') +
  step('regsuball', '/+', '/') +
  step('regsuball', '/(?:\\./)+', '/') +
  step('regsub', '/\\.$', '/') +
  step('regsuball', '/(?!\\.\\./)[^/]+/\\.\\.(?=/|$)', '').repeat(passes) +
  step('regsub', '^(?:/\\.\\.)+(?=/)', '') +
  `  if (${path} ~ {"/\\.\\.?(?:/|$)"}) {\n    return (synth(400, "Bad Request"));\n  }\n`;

const head = banner('#', [
  'At the top of your VCL:      include "/etc/varnish/hashsieve-blocked.vcl";',
  'First line of sub vcl_recv:  call hashsieve_blocked;',
]);

export const varnish: BlockFormat = {
  about: 'Varnish: VCL that answers 451',
  readBy: 'Varnish (the user vcache, which compiles VCL)',
  ...textOf(
    `${head}sub hashsieve_blocked {\n${normalise}`,
    / {2}if .*\n {4}return .*\n {2}\}\n/g,
    `  unset ${path};\n}\n`,
  ),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const rules = found.map(({ address }) => {
      const { host, query } = address;
      const asked =
        query === undefined ? '' : ` && req.url ~ {"^[^?#]*\\x3f${anyQueryEncoding(query)}(?:#|$)"}`;
      return (
        `  if (req.http.host ~ {"(?i)^(?:[^@]*@)?${exactText(host)}${hostEnd}"} && ` +
        `${path} ~ {"^${anyEncoding(address.path)}$"}${asked}) {\n` +
        `    return (synth(451, "Unavailable For Legal Reasons"));\n  }\n`
      );
    });
    return { rules, left };
  },
};
