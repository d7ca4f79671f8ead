import { canonicalAlgorithm } from './names.js';
import { splitLines } from './text.js';
import type { ListFormat, ListItem, ListProblem, ListRow } from './types.js';

const digits = /^[0-9a-f]+$/i;

/**
 * `algorithm<TAB>hash<TAB>path` (whole, or an address), as `hashsieve hash` writes for people;
 * `<hash>`, or an algorithm and a hash in either order with white space, a comma, colon, semicolon or `=` between.
 */
function readLine(line: number, text: string): ListRow | ListProblem | undefined {
  const own = /^([a-z0-9]+)\t([0-9a-f]+|\(low quality: not usable\))\t(?:\/|[a-z][a-z0-9+.-]*:)/i.exec(text);
  if (own) {
    const [, algorithm, hash] = own as unknown as [string, string, string];
    return { line, hashes: [{ algorithm, hash: digits.test(hash) ? hash : '' }], own: true };
  }
  const content = text.replace(/(^|\s)#.*$/, '').trim();
  if (content === '') return undefined;
  const [first, second, ...rest] = content.split(/\s*[\s,:;=]\s*/);
  if (first && second === undefined) return { line, hashes: [{ hash: first }] };
  if (!first || !second || rest.length > 0) {
    return { line, problem: 'expected a hash, or an algorithm and a hash' };
  }
  const [algorithm, hash] = first.length > second.length ? [second, first] : [first, second];
  return { line, hashes: [{ algorithm, hash }] };
}

/** Plain text, one hash a line. */
export const hex: ListFormat = {
  about:
    'one hexadecimal hash a line, alone or with its algorithm (`pdq <hash>`, `pdq:<hash>`, `pdq,<hash>`)',
  extensions: ['txt', 'hex', 'lst'],
  detect(head, { algorithms }) {
    for (const text of head.split(/[\r\n]+/)) {
      const row = readLine(0, text);
      if (!row) continue;
      if ('problem' in row) return false;
      const { algorithm, hash } = row.hashes[0]!;
      return (
        (row.own || digits.test(hash)) &&
        (algorithm === undefined || canonicalAlgorithm(algorithm, algorithms) !== undefined)
      );
    }
    return false;
  },
  async *read(text) {
    for await (const lines of splitLines(text)) {
      const items: ListItem[] = [];
      for (const line of lines) {
        const item = 'problem' in line ? line : readLine(line.line, line.text);
        if (item) items.push(item);
      }
      yield items;
    }
  },
};
