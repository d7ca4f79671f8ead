import { quoteName } from './hash-text.js';
import type { ListProblem } from './types.js';

/**
 * A key that an object in a JSON text has twice; undefined where there is none. A parser keeps the last of its values
 * and drops the others in silence.
 * @param value what the parser made of the text.
 */
export function repeatedKey(text: string, value: unknown): string | undefined {
  // A colon follows every key, and some quotes within texts. So where there are no more colons than keys, no key is
  // repeated.
  if ((text.match(/"\s*:/g)?.length ?? 0) === keysOf(value)) return undefined;
  const open: (Set<string> | undefined)[] = [];
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (colon) {
      const key = JSON.parse(string!) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const one of Object.values(value)) keys += keysOf(one);
  return keys;
}

/** The problem of a repeated key. */
export const keyTwice = (line: number, key: string): ListProblem => ({
  line,
  problem: `the key${quoteName(key)} stands in one object twice`,
  isBeside: true,
});
