import {
  type Answer,
  type CacheEntry,
  computedEntry,
  type FingerprintLine,
  type FingerprintSettings,
  isInside,
  isPoorThumbnail,
  isSameFile,
  isSettled,
  type Known,
  knownOf,
  type Lack,
  lackOf,
  restrictedTo,
  unmatched,
  unpacked,
} from '../core/index.js';
import type { AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Scanner } from '../scanner/index.js';
import { resultOfUnread } from '../sources/index.js';
import type { Sourced } from '../sources/types.js';
import { groupUnchanged, type Place, type UnchangedPlace } from './unchanged-files.js';

/** What the ledger knows of assets from earlier runs, and how a run uses it. */
export interface CacheOptions {
  /** The entry of each of these assets; undefined where the ledger has none. */
  recall(refs: readonly AssetRef[]): readonly (CacheEntry<'stored'> | undefined)[];
  /**
   * The entries of everything inside an asset, in the order in which the scan found it. Undefined where the ledger lost
   * some of them.
   */
  recallInside(ref: AssetRef): readonly CacheEntry<'stored'>[] | undefined;
  /** Version of the program. */
  readonly tool: string;
  /** True where this run should test an entry: it reads the asset again and compares. */
  readonly doubt?: (() => boolean) | undefined;
  /** Decode again the assets that ended their decoding process before. */
  readonly retryCrashed?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A result, and what the run did with the asset's entry. */
export interface CachedResult {
  readonly result: ScanResult;
  /** Absent for a place that the source passed over, where there is no asset. */
  readonly entry?: CacheEntry<'used' | 'computed' | 'unread'>;
  /** True for an asset in quarantine that this run did not decode again, whether or not it read it. */
  readonly quarantined?: boolean;
  /** What a test of the entry showed. */
  readonly verified?: 'same' | 'differs';
}

/**
 * As `scanner.scan`, but it neither reads nor decodes an unchanged asset again, nor looks inside it. It always matches
 * the asset's entry anew, and those of everything inside. A file takes this way: `#lookUp` asks the ledger for a batch
 * of files at once and notes what each entry lacks; `groupUnchanged` asks the file system which files are still at
 * their version; those that are, and lack nothing, go to `#unchanged`, which matches many of them at once; every other
 * file goes to `#single`, which reads it.
 * @param source in batches, which are looked up together.
 */
export function scanWithCache(
  scanner: Scanner,
  source: AsyncIterable<readonly Sourced[]>,
  options: CacheOptions,
): AsyncGenerator<readonly CachedResult[]> {
  return new CachedScan(scanner, options).results(source);
}

/**
 * The most results that come together. Fewer would cost an asynchronous step for almost every asset, and these steps
 * would take most of the time. More would keep signals waiting: a video has thousands of hashes to compare.
 */
const most = { assets: 512, bytes: 1e6 } as const;

class CachedScan {
  readonly #settings: FingerprintSettings;

  constructor(
    private readonly scanner: Scanner,
    private readonly options: CacheOptions,
  ) {
    const { recipes, look, inside } = scanner;
    this.#settings = { recipes, look, tool: options.tool, inside };
  }

  results(source: AsyncIterable<readonly Sourced[]>): AsyncGenerator<readonly CachedResult[]> {
    const { signal } = this.options;
    const places = groupUnchanged(source, (items) => this.#lookUp(items), this.scanner.unchanged, signal);
    return this.scanner.map<Place | UnchangedPlace[], readonly CachedResult[]>(
      places,
      (place, fingerprint) =>
        Array.isArray(place) ? this.#unchanged(place, fingerprint) : this.#single(place, fingerprint),
      signal,
    );
  }

  #lookUp(items: readonly Sourced[]): Place[] {
    const refs = items.flatMap((item) => (item.kind === 'asset' ? [item.ref] : []));
    const entries = this.options.recall(refs);
    let next = 0;
    return items.map((item) => {
      const entry = item.kind === 'asset' ? entries[next++] : undefined;
      if (!entry) return { item };
      // The next run tries again what failed; this one does not.
      if (entry.earlier) return { item, entry, lack: { missing: [] } };
      const lack = this.#lackOfWhole(item.ref, entry);
      return { item, entry, lack, doubted: lack !== undefined && this.options.doubt?.() === true };
    });
  }

  /**
   * What an asset's entry lacks, together with the entries of all that was found inside it. Undefined where they lack
   * nothing.
   */
  #lackOfWhole(ref: AssetRef, entry: CacheEntry<'stored'>): Lack | undefined {
    const isLifted = ({ asset }: CacheEntry<'stored'>) =>
      this.options.retryCrashed === true && hasCrashed(asset);
    if (isLifted(entry)) return undefined;
    const lack = lackOf(entry, this.#settings);
    const count = entry.asset?.opened?.assets ?? 0;
    if (!lack || count === 0 || lack.reopen) return lack;
    const isWhole = (one: CacheEntry<'stored'>) =>
      one.unseen
        ? one.unseen.outcome === 'skipped'
        : isSettled(lackOf(one, this.#settings)) && !isLifted(one);
    const whole = (this.options.recallInside(ref) ?? []).filter(isWhole);
    return whole.length === count ? lack : { ...lack, reopen: true };
  }

  /**
   * Matches files that did not change, many at a time. Where the ledger has lost a part of a file's inside, it reads
   * the file.
   */
  async *#unchanged(
    places: readonly UnchangedPlace[],
    fingerprint: FingerprintLine,
  ): AsyncGenerator<readonly CachedResult[]> {
    for await (const some of this.#matchTogether(places, fingerprint)) {
      yield some;
      await new Promise((next) => setImmediate(next)); // lets signals be handled
    }
  }

  async *#matchTogether(
    places: readonly UnchangedPlace[],
    fingerprint: FingerprintLine,
  ): AsyncGenerator<readonly CachedResult[]> {
    let some: CacheEntry<'stored'>[] = [];
    let bytes = 0;
    for (const place of places) {
      const whole = this.#wholeOf(place);
      for (const one of whole ?? []) {
        some.push(one);
        bytes += one.asset?.hashes.size ?? 0;
        if (some.length < most.assets && bytes < most.bytes) continue;
        yield this.#match(some);
        some = [];
        bytes = 0;
      }
      if (whole) continue;
      if (some.length > 0) yield this.#match(some);
      some = [];
      bytes = 0;
      const answers = fingerprint(place.item.ref, this.options.signal);
      for await (const answer of this.#counted(answers)) yield [this.#fresh(answer)];
    }
    if (some.length > 0) yield this.#match(some);
  }

  /** The entries of an asset, those of its inside first. Undefined where the ledger has lost some of them. */
  #wholeOf({ item, entry }: UnchangedPlace): readonly CacheEntry<'stored'>[] | undefined {
    const count = entry.asset?.opened?.assets ?? 0;
    if (count === 0) return [entry];
    const inside = this.options.recallInside(item.ref);
    if (inside?.length !== count) return undefined;
    const { earlier } = entry;
    return [...(earlier ? inside.map((one) => ({ ...one, earlier })) : inside), entry];
  }

  #match(entries: readonly CacheEntry<'stored'>[]): CachedResult[] {
    const maybe = this.scanner.screen(entries.flatMap(({ asset }) => (asset ? [asset.hashes] : [])));
    let next = 0;
    const resultOf = ({ asset, unseen }: CacheEntry<'stored'>): ScanResult => {
      if (!asset) return unseen!;
      return maybe[next++] ? this.#judge(unpacked(asset)) : unmatched(asset, this.#settings);
    };
    return entries.map((one) => ({
      result: resultOf(one),
      entry: { state: 'used', row: one.row, earlier: one.earlier },
      quarantined: hasCrashed(one.asset),
    }));
  }

  /**
   * Handles one place: one that its source passed over, or an asset that is new, changed or to be tested, or whose
   * entry lacks something.
   */
  async *#single(place: Place, fingerprint: FingerprintLine): AsyncGenerator<readonly CachedResult[]> {
    const { item, entry, lack, doubted } = place;
    if (item.kind !== 'asset') {
      yield [{ result: resultOfUnread(item) }];
      return;
    }
    const known = lack && knownOf(entry!, this.#settings, lack);
    const answers = fingerprint(item.ref, this.options.signal, known);
    for await (const answer of this.#counted(answers)) {
      if (!known || answer !== known.asset) yield [this.#fresh(answer, entry, known)];
      else if (doubted) yield* this.#verify(item.ref, known, fingerprint);
      else yield* this.#matchTogether([place as UnchangedPlace], fingerprint);
    }
  }

  /** Reads an unchanged asset again, and compares. */
  async *#verify(
    ref: AssetRef,
    known: Known,
    fingerprint: FingerprintLine,
  ): AsyncGenerator<readonly CachedResult[]> {
    for await (const again of this.#counted(fingerprint(ref, this.options.signal))) {
      const read = this.#fresh(again);
      if ('outcome' in again || isInside(again.ref)) yield [read];
      else {
        const isSame = hashesOf(restrictedTo(known.asset, this.#settings)) === hashesOf(again);
        yield [{ ...read, verified: isSame ? 'same' : 'differs' }];
      }
    }
  }

  /** The answers that become results. The asset itself comes last, with the number of answers inside it. */
  async *#counted(answers: AsyncIterable<Answer>): AsyncGenerator<Answer> {
    let assets = 0;
    for await (const answer of answers) {
      if (isPoorThumbnail(answer) && ('outcome' in answer || this.#judge(answer).outcome === 'skipped'))
        continue;
      if (isInside(answer.ref)) assets += 1;
      const isWhole = !('outcome' in answer) && !isInside(answer.ref) && answer.opened && assets > 0;
      yield isWhole ? { ...answer, opened: { ...answer.opened!, assets } } : answer;
    }
  }

  /** The result of an asset that was read. */
  #fresh(answer: Answer, stored?: CacheEntry<'stored'>, known?: Known): CachedResult {
    if ('outcome' in answer) return { result: answer, entry: { state: 'unread' } };
    const inside = isInside(answer.ref);
    const entry = inside
      ? computedEntry(answer, this.#settings)
      : computedEntry(answer, this.#settings, stored, known);
    const quarantined =
      !inside && known !== undefined && hasCrashed(known.asset) && isSameFile(known.asset, answer);
    return { result: this.#judge(answer), entry, quarantined };
  }

  #judge(asset: FingerprintedAsset): ScanResult {
    return this.scanner.judge(restrictedTo(asset, this.#settings));
  }
}

/** True for an asset in quarantine: it ended its decoding process twice. */
const hasCrashed = (asset?: Pick<FingerprintedAsset, 'unread'>): boolean =>
  asset?.unread?.kind === 'failed' && asset.unread.code === 'decode-crashed';

/** All hashes of an asset as text, in an order that does not depend on the order in which they were made. */
const hashesOf = ({ fingerprints, withheld }: FingerprintedAsset): string =>
  JSON.stringify(
    [...fingerprints, ...withheld].map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
  );
