import { readJson } from './json-document.js';
import { ObjectReader } from './jsonl.js';
import type { ListFormat } from './types.js';

/** Keys under which documents keep their entries. */
const arrays = ['fingerprints', 'hashes', 'entries', 'records', 'items', 'results', 'data', 'signals'];

/** One JSON document: what `hashsieve hash --format json` writes, and arrays of objects in general. */
export const json: ListFormat = {
  about:
    'one JSON document, an array of objects or an object that holds one, keys recognised like CSV columns: what `hashsieve hash --format json` writes',
  extensions: ['json'],
  detect(head) {
    if (/^\s*\[/.test(head)) return true;
    if (!/^\s*\{/.test(head)) return false;
    const [first = '', second] = head.trimStart().split(/[\r\n]+/);
    // One object a line is jsonl, even where the first line is damaged.
    if (second?.startsWith('{') && first.trimEnd().endsWith('}')) return false;
    return new RegExp(`"(${arrays.join('|')})"\\s*:\\s*\\[\\s*(\\{|\\]|$)`).test(head);
  },
  read(text, options) {
    const reader = new ObjectReader(options);
    return readJson(text, arrays, ({ line, value }) => [reader.readObject(line, value)]);
  },
};
