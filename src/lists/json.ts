import { readJson } from './json-document.js';
import { ObjectReader } from './jsonl.js';
import { canonicalAlgorithm, recordArrays, squeeze, synonyms } from './names.js';
import type { ListFormat } from './types.js';

/** The fields that an object around a list may set for the whole list: the reader must warn of them. */
const said = new Set<string>([...synonyms.hash, ...synonyms.category, ...synonyms.classification]);

/** One JSON document: what `hashsieve hash --format json` writes, and arrays of objects in general. */
export const json: ListFormat = {
  about:
    'one JSON document, an array of objects or an object that holds one, keys recognised like CSV columns: what `hashsieve hash --format json` writes',
  extensions: ['json'],
  detect(head) {
    if (/^\s*\[/.test(head)) return true;
    if (!/^\s*\{/.test(head)) return false;
    const [first = '', second] = head.trimStart().split(/[\r\n]+/);
    // One object on each line is jsonl, even where the first line is damaged.
    if (second?.startsWith('{') && first.trimEnd().endsWith('}')) return false;
    return new RegExp(`"(${recordArrays.join('|')})"\\s*:\\s*\\[\\s*(\\{|\\]|$)`).test(head);
  },
  read(text, options) {
    const reader = new ObjectReader(options);
    const known = new Map<string, boolean>();
    const isSaid = (key: string) => {
      const before = known.get(key);
      if (before !== undefined) return before;
      const is = said.has(squeeze(key)) || canonicalAlgorithm(key, options.algorithms) !== undefined;
      if (known.size < 1000) known.set(key, is);
      return is;
    };
    return readJson(text, recordArrays, ({ line, value }) => reader.readObject(line, value), isSaid);
  },
};
