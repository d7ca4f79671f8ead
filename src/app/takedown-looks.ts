import type { Answer } from '../core/index.js';
import { displayUri, hammingDistance, hexToBytes, printable, UsageError } from '../core/index.js';
import { fingerprinters } from '../fingerprints/index.js';
import { createScanner } from '../scanner/index.js';
import type { TakedownCase } from '../takedown/index.js';
import { requireEquipment } from './equipment.js';
import { entriesOf, type Hashes, typedHash } from './list-add.js';
import { type ScanningOptions, scannerOptions } from './plan.js';
import { openSources, type SourceOptions } from './sources.js';
import type { Around } from './surroundings.js';

/** The looks of what was reported: one item for each picture, file or hash. */
export interface Reported {
  readonly looks: readonly (readonly Hashes[])[];
  /** What of it could not be read at all, in words. */
  readonly unread: readonly string[];
}

const wanted = ['pdq', 'sha256'] as const;
const isHash = (text: string): boolean => /^[a-z][a-z0-9]+:[0-9a-f]+$/i.test(text) && !/^[a-z]:/i.test(text);

/**
 * Fingerprints what was reported: hashes as they are, and files and URLs, which are read and never stored. Says what a
 * picture of low detail, or one that cannot be decoded, can be found by. One bad item does not keep the others from
 * their case. Raises UsageError where nothing at all can be looked for.
 */
export async function reportedLooks(
  targets: readonly string[],
  options: ScanningOptions & SourceOptions,
  around: Around,
): Promise<Reported> {
  const looks: (readonly Hashes[])[] = targets.filter(isHash).map((hash) => [typedHash(hash)]);
  const unread: string[] = [];
  const files = targets.filter((target) => !isHash(target));
  if (files.length > 0 || options.urls || options.filesFrom) {
    const { source } = await openSources(files, options, around);
    requireEquipment([...wanted]);
    const looking = scannerOptions(options, around.environment);
    const scanner = createScanner({
      ...{ views: 'all', ...looking },
      ...{ inside: ['video'], algorithms: [...wanted], side: 'list' },
    });
    try {
      for await (const item of scanner.fingerprint(source, around.signal)) {
        const found = looksOf(item, around);
        if ('why' in found) unread.push(found.why);
        else looks.push(found.looks);
      }
    } finally {
      await scanner.close();
    }
  }
  if (looks.length > 0) return { looks, unread };
  throw new UsageError(
    `no case was opened, because nothing was read that can be looked for: ${unread.join('; ') || 'name a file, a URL or a hash'}`,
  );
}

function looksOf(
  item: Answer,
  { voice }: Around,
): { readonly looks: readonly Hashes[] } | { readonly why: string } {
  const name = displayUri(item.ref.uri);
  const problem = 'outcome' in item ? item : item.unread;
  if (!('outcome' in item) && !problem) {
    const looks = entriesOf(item, [...wanted], voice).flat();
    return looks.length > 0 ? { looks } : { why: `${name}: it has no hash` };
  }
  const why = problem && 'message' in problem ? printable(problem.message) : 'it cannot be read';
  const sha256 = item.fingerprints.find(({ algorithm }) => algorithm === 'sha256');
  const isFetched = !(problem && 'stage' in problem && problem.stage === 'fetch');
  const isText = /^text\/|html/.test('facts' in item && item.facts ? item.facts.mediaType : '');
  if (!sha256 || !isFetched || isText)
    return { why: `${name}: ${why}; give the address of the picture itself, or a copy of it` };
  voice.say(
    `warning: ${name} cannot be decoded (${why}): its sha256 is listed, which only files of exactly the same bytes match; ` +
      'a copy that was saved again is not found. Ask for the picture in another format',
    { level: 'warning' },
  );
  return { looks: [{ sha256: sha256.hex }] };
}

/** Ids of other cases, not withdrawn, that have the same picture: equal bytes, or a look within the threshold. */
export function casesOfSame(
  looks: Reported['looks'],
  cases: readonly TakedownCase[],
  caseId: string,
): readonly string[] {
  const theirs = cases.filter(({ id, state }) => id !== caseId && state !== 'withdrawn');
  const isSame = (a: Hashes, b: Hashes) =>
    (a.sha256 !== undefined && a.sha256 === b.sha256) ||
    (a.pdq !== undefined &&
      b.pdq !== undefined &&
      (a.view === undefined || b.view === undefined) &&
      hammingDistance(hexToBytes(a.pdq), hexToBytes(b.pdq)) <= fingerprinters.pdq.threshold);
  const ours = looks.flat();
  return theirs
    .filter(({ entries }) => entries.some((entry) => entry.looks.some((b) => ours.some((a) => isSame(a, b)))))
    .map(({ id }) => id);
}
