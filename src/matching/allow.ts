import { type Allowance, type HashColumn, type HashList, hexToBytes, type ListEntry } from '../core/index.js';
import type { Fingerprint, Suppression } from '../core/types.js';
import { linearIndex } from './linear.js';
import type { HashIndexMaker, ThresholdOf } from './types.js';

interface Allowed {
  readonly list: string;
  readonly column: HashColumn;
  readonly index: ReturnType<HashIndexMaker>;
}

/** True once an entry's last moment has passed, or cannot be understood: what is unclear must not silence an alarm. */
export const isExpired = ({ until }: ListEntry, now: Date): boolean =>
  until !== undefined && !(new Date(until).getTime() > now.getTime());

/**
 * Tells which matches the allow lists suppress. An asset whose digest they list is harmless whatever it matches. A hash
 * of pixels suppresses only matches of the same fingerprint, only within a third of the algorithm's threshold (a copy
 * that was saved again, not a picture that merely resembles it), and only where the picture is at least as near to the
 * allowed hash as to the matched one. Where a matching service matched, which tells no distance, only the allowed hash
 * itself counts.
 * @param thresholdOf bits, as for the matcher.
 * @param indexOf the index of an algorithm's hashes, where it is not the built-in one.
 * @param now called at each match, because entries expire while a scanner lives for weeks.
 */
export function createAllowance(
  lists: readonly HashList[],
  thresholdOf: ThresholdOf,
  now: () => Date,
  indexOf: (algorithm: string) => HashIndexMaker | undefined = () => undefined,
): Allowance {
  const allowed = new Map<string, Allowed[]>();
  for (const { identity, columns } of lists)
    for (const [algorithm, column] of columns) {
      const one = {
        list: identity.name,
        column,
        index: (indexOf(algorithm) ?? linearIndex)(column.hashes, column.bits),
      };
      allowed.set(algorithm, [...(allowed.get(algorithm) ?? []), one]);
    }
  const nearest = ({ algorithm, hex, view }: Fingerprint) => {
    const within = Math.floor(thresholdOf(algorithm, view) / 3);
    let best: { readonly distance: number; readonly suppression: Suppression } | undefined;
    for (const { list, column, index } of allowed.get(algorithm) ?? [])
      for (const { row, distance } of index.search(hexToBytes(hex), within)) {
        const entry = column.entry(row);
        if (isExpired(entry, now()) || (best && best.distance <= distance)) continue;
        best = { distance, suppression: saidBy(list, entry) };
      }
    return best;
  };
  return (fingerprints) => {
    const said = new Map<string, ReturnType<typeof nearest>>();
    /** Looked up once for all matches of a fingerprint, of which there may be a million. */
    const saidOf = (asked: Pick<Fingerprint, 'algorithm' | 'view' | 'frame'>) => {
      const key = JSON.stringify([asked.algorithm, asked.view, asked.frame]);
      if (!said.has(key)) {
        const fingerprint = fingerprints.find(
          ({ algorithm, view, frame }) =>
            view !== undefined &&
            algorithm === asked.algorithm &&
            view === asked.view &&
            frame === asked.frame,
        );
        said.set(key, fingerprint && nearest(fingerprint));
      }
      return said.get(key);
    };
    for (const fingerprint of fingerprints)
      if (fingerprint.view === undefined) {
        const file = nearest(fingerprint)?.suppression;
        if (file) return () => file;
      }
    return (match) => {
      const harmless = saidOf(match);
      return harmless && harmless.distance <= (match.distance ?? 0) ? harmless.suppression : undefined;
    };
  };
}

const saidBy = (list: string, { id, note, by, until }: ListEntry): Suppression => ({
  list,
  entryId: id,
  ...(note !== undefined && { reason: note }),
  ...(by !== undefined && { by }),
  ...(until !== undefined && { until }),
});
