import { isHex, looksLikeHash, readHashText } from './hash-text.js';
import { canonicalAlgorithm } from './names.js';
import { type Line, splitLines } from './text.js';
import type { ListFormat, ListItem, ListProblem, ListRow } from './types.js';
import { readVpdq } from './vpdq-signal.js';

/** The words of a line: an algorithm or a hash. `=` at the end of base64 belongs to the word. */
const words = /[^\s,:;="'`]+(?:={1,2}(?=[\s,:;"'`]|$))?/g;

/**
 * Reads a line. It is either `algorithm<TAB>hash<TAB>path` (an absolute path, or an address), as `hashsieve hash`
 * writes for people; or `<hash>`; or an algorithm and a hash in either order, with white space, a comma, colon,
 * semicolon or `=` between them.
 */
function readLine(line: number, text: string): ListRow | ListProblem | undefined {
  const own = /^([a-z0-9]+)\t([0-9a-f]+|\(low quality: not usable\))\t(?:\/|[a-z][a-z0-9+.-]*:)/i.exec(text);
  if (own) {
    const [, algorithm, hash] = own as unknown as [string, string, string];
    return { line, hashes: [{ algorithm, hash: isHex(hash) ? hash : '' }], own: true };
  }
  const content = contentOf(text);
  if (content === '') return undefined;
  const signal = /^([a-z][\w.-]{0,30})\s*[\s,:;=]\s*([[{].*[\]}])$/i.exec(content);
  if (signal) return { line, hashes: [{ algorithm: signal[1]!, hash: signal[2]! }] };
  const { algorithm: prefix, text: whole } = readHashText(content);
  if (isHex(whole))
    return { line, hashes: [prefix === undefined ? { hash: whole } : { algorithm: prefix, hash: whole }] };
  const [first, second, ...rest] = content.match(words) ?? [];
  if (first && second === undefined) return { line, hashes: [{ hash: first }] };
  if (!first || !second || rest.length > 0) {
    return { line, problem: 'expected a hash, or an algorithm and a hash' };
  }
  const [algorithm, hash] = first.length > second.length ? [second, first] : [first, second];
  return { line, hashes: [{ algorithm, hash }] };
}

/** A line without its comment. */
const contentOf = (text: string): string => text.replace(/(^|\s)#.*$/, '').trim();

/**
 * True for a comment after an entry that contains a hash, which its author may mean as an entry. A whole line of
 * comment does not count.
 */
const hidesHash = (text: string): boolean =>
  text.includes('#') &&
  contentOf(text) !== '' &&
  text
    .slice(text.indexOf('#'))
    .split(/[^0-9a-z]+/i)
    .some(looksLikeHash);

/** NUL ends a line too, because `-print0` and similar options write it. */
const atNul = (line: Line | ListProblem): readonly (Line | ListProblem)[] =>
  'problem' in line || !line.text.includes('\0')
    ? [line]
    : line.text.split('\0').map((text) => ({ line: line.line, text }));

/** Plain text with one hash on each line. */
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
        (row.own || isHex(readHashText(hash).text) || readVpdq(hash) !== undefined) &&
        (algorithm === undefined || canonicalAlgorithm(algorithm, algorithms) !== undefined)
      );
    }
    return false;
  },
  async *read(text) {
    let before: number | undefined;
    for await (const lines of splitLines(text)) {
      const items: ListItem[] = [];
      for (const line of lines.flatMap(atNul)) {
        const item = 'problem' in line ? line : readLine(line.line, line.text);
        if (!item) continue;
        const bare = 'hashes' in item && item.hashes[0]!.algorithm === undefined ? item.hashes[0] : undefined;
        const length = bare && readHashText(bare.hash).text.length;
        // A hash that was cut off may be as long as one of another algorithm.
        if ('isLast' in line && length !== undefined && before !== undefined && length < before)
          items.push({ line: line.line, problem: 'the last line seems to be cut' });
        else items.push(item);
        before = length;
        if ('text' in line && hidesHash(line.text))
          items.push({ line: line.line, problem: 'a hash behind # is not read', isBeside: true });
      }
      yield items;
    }
  },
};
