import { toHex, writeHex } from '../core/index.js';
import { base64Bytes, misspelt, quoteName, readHashText } from './hash-text.js';
import { canonicalAlgorithm } from './names.js';
import type { Algorithms, ListRow } from './types.js';

/** Why the reader leaves a well-formed hash out: it would match unrelated files. */
export const leftOutReasons = ['degenerate', 'low-quality', 'empty-file'] as const;
/** One of `leftOutReasons`. */
export type LeftOut = (typeof leftOutReasons)[number];

/** What the reader does with one listed hash. */
export type Verdict =
  | { readonly kind: 'usable'; readonly algorithm: string; readonly bytes: Uint8Array }
  | { readonly kind: 'left-out'; readonly reason: LeftOut }
  /** A hash of a kind that this program does not compute. */
  | { readonly kind: 'foreign'; readonly name: string }
  | { readonly kind: 'problem'; readonly problem: string }
  /** The file does not name the algorithm, so the user must. */
  | { readonly kind: 'ambiguous'; readonly digits: number; readonly algorithms: readonly string[] };

/** What the judging of a hash depends on. */
export interface Judging {
  readonly algorithms: Algorithms;
  /** The algorithms of hashes that name none; empty: every algorithm of the right length. */
  readonly unnamed: readonly string[];
  /** How hashes of some algorithms are read, where lists write neither hexadecimal digits nor base64. */
  readonly parsers?: Readonly<Record<string, HashParser>> | undefined;
}

/** Gives the bytes of a hash, or undefined for what is none. */
export type HashParser = (text: string) => Uint8Array | undefined;

/** The digests of an empty file: they would match every empty file. */
const emptyFile = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

/** PDQ's authors advise against matching hashes below this quality, both queries and listed ones. */
export const minimumQuality = 50;

/** Judges one hash of a row. */
export function judge(row: ListRow, hash: ListRow['hashes'][number], judging: Judging): Verdict {
  if (row.own && hash.hash === '') return { kind: 'left-out', reason: 'low-quality' };
  const { algorithms } = judging;
  const named = hash.algorithm === undefined ? undefined : canonicalAlgorithm(hash.algorithm, algorithms);
  // For an algorithm that the program does not compute, the text need not make sense.
  if (named !== undefined && !Object.hasOwn(algorithms, named)) {
    const isBroken = named === 'vpdq' && hash.hash !== '' && hash.hash !== 'linked';
    return isBroken
      ? { kind: 'problem', problem: 'the vPDQ signal cannot be read' }
      : { kind: 'foreign', name: named };
  }
  const { algorithm: prefix, text } = readHashText(hash.hash);
  const inFront = prefix === undefined ? undefined : canonicalAlgorithm(prefix, algorithms);
  for (const [given, known] of [
    [hash.algorithm, named],
    [prefix, inFront],
  ])
    if (given !== undefined && known === undefined) return unknownAlgorithm(given, algorithms);
  if (named !== undefined && inFront !== undefined && named !== inFront)
    return { kind: 'problem', problem: `the row says both ${named} and ${inFront}` };
  const name = named ?? inFront;
  const parse = named === undefined ? undefined : judging.parsers?.[named];
  if (named !== undefined && parse) return parsed(named, parse(hash.hash), algorithms);
  if (name !== undefined && !Object.hasOwn(algorithms, name)) return { kind: 'foreign', name };
  return judgeText(row, text, name, judging);
}

function parsed(algorithm: string, bytes: Uint8Array | undefined, algorithms: Algorithms): Verdict {
  if (!bytes || bytes.length * 8 !== algorithms[algorithm])
    return { kind: 'problem', problem: `not a hash of ${algorithm}, as the algorithm reads it` };
  return isDegenerate(bytes)
    ? { kind: 'left-out', reason: 'degenerate' }
    : { kind: 'usable', algorithm, bytes };
}

function unknownAlgorithm(given: string, algorithms: Algorithms): Verdict {
  const meant = misspelt(given, algorithms);
  const hint = meant === undefined ? '' : ` (is ${meant} meant?)`;
  return { kind: 'problem', problem: `the algorithm${quoteName(given)} is not known${hint}` };
}

/** @param name the algorithm that the row names, where the program computes it. */
function judgeText(row: ListRow, text: string, name: string | undefined, judging: Judging): Verdict {
  const packed = base64Bytes(text);
  const digits = packed ? packed.length * 2 : text.length;
  const choices = name === undefined ? candidates(digits, judging) : [name];
  const [algorithm] = choices;
  const bytes = packed ?? new Uint8Array(digits >> 1);
  if (!packed && !writeHex(text, bytes, 0)) return { kind: 'problem', problem: 'not a hexadecimal hash' };
  if (packed && name === undefined && judging.unnamed.length === 0)
    return { kind: 'problem', problem: 'base64 does not tell the algorithm: say which with --algorithm' };
  if (algorithm === undefined) return { kind: 'problem', problem: lengthProblem(digits, judging) };
  if (choices.length > 1) return { kind: 'ambiguous', digits, algorithms: choices };
  const bits = judging.algorithms[algorithm]!;
  if (bytes.length * 8 !== bits) {
    return {
      kind: 'problem',
      problem: `expected ${bits / 4} hexadecimal digits for ${algorithm}, found ${digits}`,
    };
  }
  if (isDegenerate(bytes)) return { kind: 'left-out', reason: 'degenerate' };
  if (emptyFile.has(packed ? toHex(packed) : text.toLowerCase()))
    return { kind: 'left-out', reason: 'empty-file' };
  if (algorithm === 'pdq' && row.quality !== undefined && Number(row.quality) < minimumQuality) {
    return { kind: 'left-out', reason: 'low-quality' };
  }
  return { kind: 'usable', algorithm, bytes };
}

function candidates(digits: number, { algorithms, unnamed }: Judging): string[] {
  const names = unnamed.length > 0 ? unnamed : Object.keys(algorithms);
  return names.filter((name) => algorithms[name] === digits * 4);
}

function lengthProblem(digits: number, { algorithms, unnamed }: Judging): string {
  const [only] = unnamed;
  return unnamed.length === 1 && only !== undefined
    ? `expected ${algorithms[only]! / 4} hexadecimal digits for ${only}, found ${digits}`
    : `no algorithm has hashes of ${digits} hexadecimal digits`;
}

/**
 * True for a hash of all zeros, all ones, or one repeated 16-bit value: hashers produce it for flat and striped
 * pictures, or where they failed. It would accuse every flat picture.
 */
function isDegenerate(bytes: Uint8Array): boolean {
  for (let i = 2; i < bytes.length; i++) if (bytes[i] !== bytes[i - 2]) return false;
  return true;
}
