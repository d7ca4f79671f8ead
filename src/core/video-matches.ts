import type { FingerprintedAsset, Match, VideoMatch } from './types.js';

/** The share of either video, in percent, from which two videos count as the same. */
export const defaultVideoPercent = 80;

/** So many listed videos an event tells of. */
const mostTold = 20;

interface Tally {
  readonly first: Match;
  readonly listed: Set<string>;
  readonly frames: Set<string>;
}

/** Counts, for a scanned video, how much of it and of each listed video match. */
export class VideoTally {
  /** The PDQ hash of each frame as it is; frames that are equal count once, as in the reference. */
  readonly #hexOf = new Map<number, string>();
  readonly #distinct: number;
  readonly #tallies = new Map<string, Tally>();

  constructor(
    { fingerprints, facts }: FingerprintedAsset,
    private readonly percent: number,
  ) {
    for (const { algorithm, view, frame, hex } of facts.times ? fingerprints : [])
      if (algorithm === 'pdq' && (view === 'upright' || !this.#hexOf.has(frame ?? 0)))
        this.#hexOf.set(frame ?? 0, hex);
    this.#distinct = new Set(this.#hexOf.values()).size;
  }

  /** Takes a match of a frame. Those that an allow list suppresses do not count. */
  see(match: Match): void {
    const { listedVideo, suppressed, list, entryId, frame = 0 } = match;
    const hex = this.#hexOf.get(frame);
    if (!listedVideo || suppressed || hex === undefined) return;
    const key = JSON.stringify([list, listedVideo.id]);
    let tally = this.#tallies.get(key);
    if (!tally) {
      tally = { first: match, listed: new Set(), frames: new Set() };
      this.#tallies.set(key, tally);
    }
    tally.listed.add(entryId);
    tally.frames.add(hex);
  }

  /** The listed videos that have matches, the best first. */
  videos(): readonly VideoMatch[] {
    const all = [...this.#tallies.values()].map((tally) => this.#videoOf(tally));
    const share = (one: VideoMatch) => Math.max(one.queryPercent, one.listedPercent);
    all.sort((a, b) => Number(b.isSame) - Number(a.isSame) || share(b) - share(a) || (a.id < b.id ? -1 : 1));
    return all.slice(0, mostTold);
  }

  #videoOf({ first: { list, category, listedVideo }, listed, frames }: Tally): VideoMatch {
    const queryPercent = rounded(frames.size / this.#distinct);
    const listedPercent = rounded(listed.size / Math.max(listedVideo!.frames, listed.size));
    // One frame may be a logo, or black, and stand in any video.
    const isSame = listed.size > 1 && Math.max(queryPercent, listedPercent) >= this.percent;
    const { id } = listedVideo!;
    return { list, id, category, frames: frames.size, queryPercent, listedPercent, isSame };
  }
}

const rounded = (share: number): number => Math.floor(share * 1000) / 10;
