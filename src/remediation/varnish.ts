import { anyEncoding, banner, exactText, textOf, withAddress } from './addresses.js';
import type { BlockFormat } from './types.js';

const head = banner('#', [
  'At the top of your VCL:      include "/etc/varnish/hashsieve-blocked.vcl";',
  'First line of sub vcl_recv:  call hashsieve_blocked;',
]);

/** `req.url` is what the client sent, so the pattern matches every way of writing the path. */
export const varnish: BlockFormat = {
  about: 'Varnish: VCL that answers 451',
  ...textOf(`${head}sub hashsieve_blocked {\n`, / {2}if .*\n {4}return .*\n {2}\}\n/g, '}\n'),
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const rules = found.map(({ address: { host, path, query } }) => {
      const end = query === undefined ? '(?:\\x3f|$)' : `\\x3f${exactText(query)}$`;
      const url = `^(?:https?://[^/]+)?${anyEncoding(path)}${end}`;
      return (
        `  if (req.http.host ~ {"(?i)^${exactText(host)}(?::[0-9]+)?$"} && req.url ~ {"${url}"}) {\n` +
        `    return (synth(451, "Unavailable For Legal Reasons"));\n  }\n`
      );
    });
    return { rules, left };
  },
};
