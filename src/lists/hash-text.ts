import { canonicalAlgorithm, namesIn, squeeze, synonyms } from './names.js';
import type { Algorithms } from './types.js';

/** A hash as a list writes it, without the characters around it. */
export interface HashText {
  /** The name before it: `md5:…`. */
  readonly algorithm?: string;
  /** The hexadecimal digits of a hash, else the text that is left: base64, or no hash. */
  readonly text: string;
}

/** True for a text of hexadecimal digits alone, in either case. */
export const isHex = (text: string): boolean => /^[0-9a-f]+$/i.test(text);

const around = /^[\s"'`“”‘’«»,;\u200b\u2060]+|[\s"'`“”‘’«»,;\u200b\u2060]+$/g;
/** Groups of two or four digits, as dumps and certificates write them. Longer groups may be hashes themselves. */
const groups =
  /^[0-9a-f]{2}([ :-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*$|^[0-9a-f]{4}([ :-])[0-9a-f]{4}(?:\2[0-9a-f]{4})*$/i;

/**
 * Removes what can have no other meaning: blanks, quotes, a comma after the hash, `0x`, `\x`, `x'…'`, blanks between
 * bytes, a name before the hash.
 */
export function readHashText(given: string): HashText {
  if (isHex(given)) return { text: given };
  const text = given.replace(around, '');
  const bare = text.replace(/^(?:0x|\\x|x['"])/i, '');
  if (isHex(bare)) return { text: bare };
  if (groups.test(text)) return { text: text.replace(/[ :-]/g, '') };
  const named = /^([a-z][\w ().-]{0,30}?)\s*[:=]\s*(\S{8}.*)$/i.exec(text);
  if (!named) return { text };
  const [, algorithm, rest] = named as unknown as [string, string, string];
  return { algorithm, text: readHashText(rest).text };
}

/**
 * The bytes of a base64 text, with or without padding, in either alphabet; undefined for any other text. A text of
 * hexadecimal digits alone is a truncated hash, and one of letters of a single case is a word: neither counts as
 * base64.
 */
export function base64Bytes(text: string): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, '');
  if (!/^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)$/.test(bare)) return undefined;
  if (bare.length < text.length && text.length % 4 !== 0) return undefined;
  const isWord = !(/[a-z]/.test(bare) && /[A-Z]/.test(bare) && /\d/.test(bare));
  if (bare.length === text.length && (isHex(text) || isWord)) return undefined;
  const bytes = Buffer.from(bare, 'base64url');
  const isExact = bytes.toString('base64url') === bare.replaceAll('+', '-').replaceAll('/', '_');
  return isExact ? new Uint8Array(bytes) : undefined;
}

/** True for a text that looks like a hash of an algorithm that we know. */
export const looksLikeHash = (given: string): boolean => {
  const { text } = readHashText(given);
  return isHex(text) && [16, 32, 40, 64].includes(text.length);
};

/** A name in quotes, for a message. Empty where the name may contain a hash, which is confidential. */
export function quoteName(name: string): string {
  const isName = /^[\w .()/-]{1,24}$/.test(name) && !/[0-9a-f]{12}/i.test(name) && !/^\d*$/.test(name);
  return isName ? ` "${name}"` : '';
}

/** The algorithm, or the column name, of which `name` is a misspelling; undefined where there is none. */
export function misspelt(name: string, algorithms: Algorithms): string | undefined {
  if (canonicalAlgorithm(name, algorithms) !== undefined) return undefined;
  const meant = [...Object.keys(algorithms), ...synonyms.hash];
  for (const one of namesIn(squeeze(name))) for (const known of meant) if (isAlmost(one, known)) return known;
  return undefined;
}

/** True where one letter is added, missing, wrong, or swapped with its neighbour. */
function isAlmost(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1 || b.length < 3) return false;
  let from = 0;
  while (from < Math.min(a.length, b.length) && a[from] === b[from]) from++;
  let to = 0;
  while (to < Math.min(a.length, b.length) - from && a.at(-1 - to) === b.at(-1 - to)) to++;
  const [left, right] = [a.slice(from, a.length - to), b.slice(from, b.length - to)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
