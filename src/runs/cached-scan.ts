import {
  type Answer,
  type CacheEntry,
  type Craft,
  computedEntry,
  type FingerprintLine,
  isInside,
  isPoorThumbnail,
  isSameFile,
  isSettled,
  type Known,
  knownOf,
  type Lack,
  lackOf,
  seenBy,
  unmatched,
  unpacked,
} from '../core/index.js';
import type { AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Scanner } from '../scanner/index.js';
import { groupUnchanged, type Item, type Place, type UnchangedPlace } from './places.js';

/** What the ledger knows of assets from earlier runs, and how a run makes use of it. */
export interface CacheOptions {
  /** The entry of each of these, where there is one. */
  recall(refs: readonly AssetRef[]): readonly (CacheEntry<'stored'> | undefined)[];
  /** Everything inside an asset, in the order in which it was found; undefined where that cannot be told. */
  recallInside(ref: AssetRef): readonly CacheEntry<'stored'>[] | undefined;
  /** Version of the program. */
  readonly tool: string;
  /** True for an entry that is to be put to the test: the asset is read again and compared. */
  readonly doubt?: (() => boolean) | undefined;
  /** Decode again what ended its decoding process before. */
  readonly retryCrashed?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A result, and what became of the asset's entry. */
export interface CachedResult {
  readonly result: ScanResult;
  /** Absent for a place that a source passed over: there is no asset. */
  readonly entry?: CacheEntry<'used' | 'computed' | 'unread'>;
  /** True for an asset in quarantine that was not decoded again, whether it was read or not. */
  readonly quarantined?: boolean;
  /** What a test of the entry came to. */
  readonly verified?: 'same' | 'differs';
}

/**
 * As `scanner.scan`, but an unchanged asset is neither read nor decoded again, nor looked into: its entry, and those of
 * everything inside it, are matched again, always. Results come a few at a time.
 *
 * A file goes this way: `#lookUp` asks the ledger for a batch of files at once and says what each entry lacks;
 * `groupUnchanged` asks the file system which files are still at their version; files that are, and lack nothing, go to
 * `#unchanged`, which matches many of them at once; every other goes to `#single`, which reads it.
 * @param source in batches, which are looked up together.
 */
export function scanWithCache(
  scanner: Scanner,
  source: AsyncIterable<readonly Item[]>,
  options: CacheOptions,
): AsyncGenerator<readonly CachedResult[]> {
  return new CachedScan(scanner, options).results(source);
}

/**
 * Results that come at once: an asynchronous step for each would be the most of the work. A video has thousands of hashes,
 * and signals wait for so many bytes of them to be compared.
 */
const most = { assets: 512, bytes: 1e6 } as const;

class CachedScan {
  readonly #craft: Craft;

  constructor(
    private readonly scanner: Scanner,
    private readonly options: CacheOptions,
  ) {
    const { recipes, look, inside } = scanner;
    this.#craft = { recipes, look, tool: options.tool, inside };
  }

  results(source: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly CachedResult[]> {
    const { signal } = this.options;
    const places = groupUnchanged(source, (items) => this.#lookUp(items), this.scanner.unchanged, signal);
    return this.scanner.map<Place | UnchangedPlace[], readonly CachedResult[]>(
      places,
      (place, fingerprint) =>
        Array.isArray(place) ? this.#unchanged(place, fingerprint) : this.#single(place, fingerprint),
      signal,
    );
  }

  #lookUp(items: readonly Item[]): Place[] {
    const isRef = (item: Item) => this.scanner.passed(item) === undefined;
    const entries = this.options.recall(items.filter(isRef) as AssetRef[]);
    let next = 0;
    return items.map((item) => {
      const entry = isRef(item) ? entries[next++] : undefined;
      if (!entry) return { item };
      // What failed is tried again by the next run, not by this one.
      if (entry.earlier) return { item, entry, lack: { missing: [] } };
      const lack = this.#lackOfWhole(item as AssetRef, entry);
      return { item, entry, lack, doubted: lack !== undefined && this.options.doubt?.() === true };
    });
  }

  /** What is lacking of an asset, and of all that was found inside it. */
  #lackOfWhole(ref: AssetRef, entry: CacheEntry<'stored'>): Lack | undefined {
    const isLifted = ({ asset }: CacheEntry<'stored'>) =>
      this.options.retryCrashed === true && hasCrashed(asset);
    if (isLifted(entry)) return undefined;
    const lack = lackOf(entry, this.#craft);
    const count = entry.asset?.opened?.assets ?? 0;
    if (!lack || count === 0 || lack.reopen) return lack;
    const isWhole = (one: CacheEntry<'stored'>) =>
      one.unseen ? one.unseen.outcome === 'skipped' : isSettled(lackOf(one, this.#craft)) && !isLifted(one);
    const whole = (this.options.recallInside(ref) ?? []).filter(isWhole);
    return whole.length === count ? lack : { ...lack, reopen: true };
  }

  /** Matches files that did not change, many at a time. A file whose inside the ledger has lost is read after all. */
  async *#unchanged(
    places: readonly UnchangedPlace[],
    fingerprint: FingerprintLine,
  ): AsyncGenerator<readonly CachedResult[]> {
    for await (const some of this.#matchTogether(places, fingerprint)) {
      yield some;
      await new Promise((next) => setImmediate(next)); // signals have their turn
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
      const answers = fingerprint(place.item as AssetRef, this.options.signal);
      for await (const answer of this.#counted(answers)) yield [this.#fresh(answer)];
    }
    if (some.length > 0) yield this.#match(some);
  }

  /** The entries of an asset, what is inside it first; undefined where the ledger has lost a part of that. */
  #wholeOf({ item, entry }: UnchangedPlace): readonly CacheEntry<'stored'>[] | undefined {
    const count = entry.asset?.opened?.assets ?? 0;
    if (count === 0) return [entry];
    const inside = this.options.recallInside(item as AssetRef);
    if (inside?.length !== count) return undefined;
    const { earlier } = entry;
    return [...(earlier ? inside.map((one) => ({ ...one, earlier })) : inside), entry];
  }

  #match(entries: readonly CacheEntry<'stored'>[]): CachedResult[] {
    const maybe = this.scanner.screen(entries.flatMap(({ asset }) => (asset ? [asset.hashes] : [])));
    let next = 0;
    const resultOf = ({ asset, unseen }: CacheEntry<'stored'>): ScanResult => {
      if (!asset) return unseen!;
      return maybe[next++] ? this.#judge(unpacked(asset)) : unmatched(asset, this.#craft);
    };
    return entries.map((one) => ({
      result: resultOf(one),
      entry: { state: 'used', row: one.row, earlier: one.earlier },
      quarantined: hasCrashed(one.asset),
    }));
  }

  /** One place: passed over by its source, or an asset that is new, changed, in doubt, or lacks something. */
  async *#single(place: Place, fingerprint: FingerprintLine): AsyncGenerator<readonly CachedResult[]> {
    const { item, entry, lack, doubted } = place;
    const passed = this.scanner.passed(item);
    if (passed) {
      yield [{ result: passed }];
      return;
    }
    const known = lack && knownOf(entry!, this.#craft, lack);
    const answers = fingerprint(item as AssetRef, this.options.signal, known);
    for await (const answer of this.#counted(answers)) {
      if (!known || answer !== known.asset) yield [this.#fresh(answer, entry, known)];
      else if (doubted) yield* this.#verify(item as AssetRef, known, fingerprint);
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
        const isSame = hashesOf(seenBy(known.asset, this.#craft)) === hashesOf(again);
        yield [{ ...read, verified: isSame ? 'same' : 'differs' }];
      }
    }
  }

  /** The answers that are worth a result; the asset itself, which comes last, with the number of those inside it. */
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
      ? computedEntry(answer, this.#craft)
      : computedEntry(answer, this.#craft, stored, known);
    const quarantined =
      !inside && known !== undefined && hasCrashed(known.asset) && isSameFile(known.asset, answer);
    return { result: this.#judge(answer), entry, quarantined };
  }

  #judge(asset: FingerprintedAsset): ScanResult {
    return this.scanner.judge(seenBy(asset, this.#craft));
  }
}

/** True for an asset in quarantine: it ended its decoding process twice. */
const hasCrashed = (asset?: Pick<FingerprintedAsset, 'unread'>): boolean =>
  asset?.unread?.kind === 'failed' && asset.unread.code === 'decode-crashed';

/** All hashes of an asset as text, in an order that does not depend on how they were made. */
const hashesOf = ({ fingerprints, withheld }: FingerprintedAsset): string =>
  JSON.stringify(
    [...fingerprints, ...withheld].map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
  );
