import { createHash } from 'node:crypto';
import { dihedralNames } from '../core/index.js';
import type { Fingerprint, ScanResult } from '../core/types.js';
import { type Askable, askable, type LookSet, type Question } from './types.js';

/** The questions about one frame of an asset, or about its bytes. */
export interface QuestionSet {
  /** A digest of the keys of all questions: 32 hex digits, the same for the same hashes. */
  readonly name: string;
  readonly questions: readonly (Question & {
    /** The fingerprint that the question is about: that of the pixels, where the service uses one. */
    readonly about: Fingerprint;
  })[];
}

/** The names that matches give to the eight ways to turn the upright picture. */
const dihedral = new Set(
  dihedralNames.map((name) => (name === 'identity' ? 'upright' : name.replace(/^rotate/, 'rotated'))),
);

const isLookedAt = (view: string, looks: LookSet): boolean =>
  looks === 'basic' || (looks === 'dihedral' ? dihedral.has(view) : view === 'upright');

/**
 * Makes the questions to a service about an asset; none where the asset lacks a digest that the service uses. A result
 * has no fingerprint that was withheld for its quality, so there is no question about one. Looks with the same hash
 * make one question.
 */
export function questionsOf(
  { fingerprints }: Pick<ScanResult, 'fingerprints'>,
  uses: readonly Askable[],
  looks: LookSet,
): QuestionSet[] {
  const digests = new Map<Askable, Fingerprint>();
  const pixels = new Map<number | undefined, Fingerprint[]>();
  for (const fingerprint of fingerprints) {
    const name = askable.find((known) => known === fingerprint.algorithm);
    if (name === undefined || !uses.includes(name)) continue;
    if (fingerprint.view === undefined) digests.set(name, fingerprint);
    else if (isLookedAt(fingerprint.view, looks)) {
      const same = pixels.get(fingerprint.frame) ?? [];
      same.push(fingerprint);
      pixels.set(fingerprint.frame, same);
    }
  }
  const needed = uses.filter((name) => name !== 'pdq');
  if (!needed.every((name) => digests.has(name))) return [];
  const ofBytes = Object.fromEntries(needed.map((name) => [name, digests.get(name)!.hex]));
  if (!uses.includes('pdq')) return [setOf([{ hashes: ofBytes, about: digests.get(needed[0]!)! }])];
  return [...pixels.values()].map((looked) =>
    setOf(looked.map((about) => ({ hashes: { pdq: about.hex, ...ofBytes }, about }))),
  );
}

function setOf(asked: readonly Omit<QuestionSet['questions'][number], 'key'>[]): QuestionSet {
  const questions = new Map<string, QuestionSet['questions'][number]>();
  for (const one of asked) {
    const key = Object.values(one.hashes).join(' ');
    if (!questions.has(key)) questions.set(key, { key, ...one });
  }
  const sorted = [...questions.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const digest = createHash('sha256').update(sorted.map(({ key }) => key).join('\n'));
  return { name: digest.digest('hex').slice(0, 32), questions: sorted };
}
