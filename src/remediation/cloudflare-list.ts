import { json, parsed, withAddress } from './addresses.js';
import type { BlockFormat, BlockTarget } from './types.js';

/** The most characters that the rules language allows in an expression. */
const maxExpression = 4096;
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function condition(host: string, path: Uint8Array, query: string | undefined): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(path);
  } catch {
    return undefined;
  }
  const args = query === undefined ? '' : ` and http.request.uri.query eq ${quoted(query)}`;
  return `(http.host eq ${quoted(host)} and url_decode(http.request.uri.path) eq ${quoted(text)}${args})`;
}

/** One condition of an expression. */
const conditions = /\((?:"(?:[^"\\]|\\.)*"|url_decode\([^()"]*\)|[^()"])*\)/g;

const rule = (expression: string) => ({
  description: 'hashsieve: found by hash; reviewed by a person',
  expression,
  action: 'block',
  action_parameters: {
    response: { status_code: 451, content: 'Unavailable For Legal Reasons', content_type: 'text/plain' },
  },
});

export const cloudflareList: BlockFormat = {
  about: 'Cloudflare: a list of custom rules (rulesets, phase http_request_firewall_custom) that answer 451',
  rulesFor(targets) {
    const { found, left } = withAddress(targets);
    const unwritable: { target: BlockTarget; reason: string }[] = [...left];
    const rules: string[] = [];
    for (const { target, address } of found) {
      const one = condition(address.host, address.path, address.query);
      if (one === undefined) unwritable.push({ target, reason: 'its path is no UTF-8' });
      else if (one.length > maxExpression) unwritable.push({ target, reason: 'it is too long for a rule' });
      else rules.push(one);
    }
    return { rules, left: unwritable };
  },
  write(rules) {
    const expressions: string[] = [];
    for (const one of rules) {
      const joined = expressions.length > 0 ? `${expressions.at(-1)} or ${one}` : one;
      if (expressions.length > 0 && joined.length <= maxExpression)
        expressions[expressions.length - 1] = joined;
      else expressions.push(one);
    }
    return json(expressions.map(rule));
  },
  read(text) {
    const rules = parsed(text);
    if (!Array.isArray(rules)) return undefined;
    const read: string[] = [];
    for (const one of rules) {
      const expression = String((one as { expression?: unknown } | null)?.expression);
      const found = expression.match(conditions) ?? [];
      if (json(rule(found.join(' or '))) !== json(one)) return undefined;
      for (const condition of found) read.push(condition);
    }
    return read;
  },
};
