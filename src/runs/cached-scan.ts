import {
  type Answer,
  type Craft,
  type FingerprintLine,
  isInside,
  isPoorThumbnail,
  isSameFile,
  isSettled,
  type Kept,
  type Known,
  keptOf,
  knownOf,
  type Lack,
  lackOf,
  type Remembered,
  seenBy,
  unmatched,
  unpacked,
} from '../core/index.js';
import type { AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Scanner } from '../scanner/index.js';
import {
  type Finished,
  groupUnchanged,
  type Item,
  type LookedUp,
  type Memory,
  type Unchanged,
} from './lookup.js';

/** What the ledger knows of assets from earlier runs, and how a run makes use of it. */
export interface CacheOptions {
  /** What is remembered of each of these. */
  recall(refs: readonly AssetRef[]): readonly (Memory | undefined)[];
  /** Everything inside an asset, in the order in which it was found; undefined where that cannot be told. */
  recallInside(ref: AssetRef): readonly Memory[] | undefined;
  /** Version of the program. */
  readonly tool: string;
  /** True for a memory that is to be put to the test: the asset is read again and compared. */
  readonly doubt?: (() => boolean) | undefined;
  /** Decode again what ended its decoding process before. */
  readonly retryCrashed?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A result, and what the ledger is to remember of it. */
export interface CachedResult {
  readonly result: ScanResult;
  /** Set where the asset was read. */
  readonly kept?: Kept;
  /** Row of the ledger that stands, where nothing was read. */
  readonly row?: number;
  /** Set where the result is that of an earlier attempt of this run. */
  readonly finished?: Finished | undefined;
  /** True for an asset in quarantine that was not decoded again, whether it was read or not. */
  readonly quarantined?: boolean;
  /** False for a place that a source passed over: there is nothing to remember. */
  readonly isAsset: boolean;
  /** What a test of the memory came to. */
  readonly verified?: 'same' | 'differs';
}

/**
 * As `scanner.scan`, but an unchanged asset is neither read nor decoded again, nor looked into: what is remembered of it, and
 * of everything inside it, is matched again, always. Results come a few at a time.
 *
 * A file goes this way: `#lookUp` asks the ledger for a batch of files at once and says what each memory lacks;
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
    return this.scanner.map<LookedUp | Unchanged[], readonly CachedResult[]>(
      places,
      (place, fingerprint) =>
        Array.isArray(place) ? this.#unchanged(place, fingerprint) : this.#single(place, fingerprint),
      signal,
    );
  }

  #lookUp(items: readonly Item[]): LookedUp[] {
    const isRef = (item: Item) => !('stage' in item || 'reason' in item);
    const memories = this.options.recall(items.filter(isRef) as AssetRef[]);
    let next = 0;
    return items.map((item) => {
      const memory = isRef(item) ? memories[next++] : undefined;
      if (!memory) return { item };
      // What failed is tried again by the next run, not by this one.
      if (memory.finished) return { item, memory, lack: { missing: [], reopen: false } };
      const lack = this.#lackOfWhole(item as AssetRef, memory);
      return { item, memory, lack, doubted: lack !== undefined && this.options.doubt?.() === true };
    });
  }

  /** What is lacking of an asset, and of all that was found inside it. */
  #lackOfWhole(ref: AssetRef, memory: Remembered): Lack | undefined {
    const isLifted = ({ asset }: Remembered) => this.options.retryCrashed === true && hasCrashed(asset);
    if (isLifted(memory)) return undefined;
    const lack = lackOf(memory, this.#craft);
    const count = memory.asset?.opened?.assets ?? 0;
    if (!lack || count === 0 || lack.reopen) return lack;
    const isWhole = (one: Memory) =>
      one.unseen ? one.unseen.outcome === 'skipped' : isSettled(lackOf(one, this.#craft)) && !isLifted(one);
    const whole = (this.options.recallInside(ref) ?? []).filter(isWhole);
    return whole.length === count ? lack : { ...lack, reopen: true };
  }

  /** Matches files that did not change, many at a time. A file whose inside the ledger has lost is read after all. */
  async *#unchanged(
    places: readonly Unchanged[],
    fingerprint: FingerprintLine,
  ): AsyncGenerator<readonly CachedResult[]> {
    for await (const some of this.#matchTogether(places, fingerprint)) {
      yield some;
      await new Promise((next) => setImmediate(next)); // signals have their turn
    }
  }

  async *#matchTogether(
    places: readonly Unchanged[],
    fingerprint: FingerprintLine,
  ): AsyncGenerator<readonly CachedResult[]> {
    let some: Memory[] = [];
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

  /** What is remembered of an asset, what is inside it first; undefined where the memory has lost a part of that. */
  #wholeOf({ item, memory }: Unchanged): readonly Memory[] | undefined {
    const count = memory.asset?.opened?.assets ?? 0;
    if (count === 0) return [memory];
    const inside = this.options.recallInside(item as AssetRef);
    if (inside?.length !== count) return undefined;
    const { finished } = memory;
    return [...(finished ? inside.map((one) => ({ ...one, finished })) : inside), memory];
  }

  #match(memories: readonly Memory[]): CachedResult[] {
    const maybe = this.scanner.screen(memories.flatMap(({ asset }) => (asset ? [asset.hashes] : [])));
    let next = 0;
    const resultOf = ({ asset, unseen }: Memory): ScanResult => {
      if (!asset) return unseen!;
      return maybe[next++] ? this.#judge(unpacked(asset)) : unmatched(asset, this.#craft);
    };
    return memories.map((one) => ({
      result: resultOf(one),
      row: one.row,
      finished: one.finished,
      quarantined: hasCrashed(one.asset),
      isAsset: true,
    }));
  }

  /** One place: passed over by its source, or an asset that is new, changed, in doubt, or lacks something. */
  async *#single(place: LookedUp, fingerprint: FingerprintLine): AsyncGenerator<readonly CachedResult[]> {
    const { item, memory, lack, doubted } = place;
    const passed = this.scanner.passed(item);
    if (passed) {
      yield [{ result: passed, isAsset: false }];
      return;
    }
    const known = lack && knownOf(memory!, this.#craft, lack);
    const answers = fingerprint(item as AssetRef, this.options.signal, known);
    for await (const answer of this.#counted(answers)) {
      if (!known || answer !== known.asset) yield [this.#fresh(answer, { known, memory })];
      else if (doubted) yield* this.#verify(item as AssetRef, known, fingerprint);
      else yield* this.#matchTogether([place as Unchanged], fingerprint);
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
  #fresh(answer: Answer, { known, memory }: Before = {}): CachedResult {
    if ('outcome' in answer) return { result: answer, isAsset: true };
    const inside = isInside(answer.ref);
    const kept = inside ? keptOf(answer, this.#craft) : keptOf(answer, this.#craft, known, memory);
    const quarantined =
      !inside && known !== undefined && hasCrashed(known.asset) && isSameFile(known.asset, answer);
    return { result: this.#judge(answer), kept, quarantined, isAsset: true };
  }

  #judge(asset: FingerprintedAsset): ScanResult {
    return this.scanner.judge(seenBy(asset, this.#craft));
  }
}

/** What was known of an asset before it was fingerprinted. */
interface Before {
  readonly known?: Known | undefined;
  readonly memory?: Remembered | undefined;
}

/** True for an asset in quarantine: it ended its decoding process twice. */
const hasCrashed = (asset?: Pick<FingerprintedAsset, 'unread'>): boolean =>
  asset?.unread?.kind === 'failed' && asset.unread.code === 'decode-crashed';

/** All hashes of an asset as text, in an order that does not depend on how they were made. */
const hashesOf = ({ fingerprints, withheld }: FingerprintedAsset): string =>
  JSON.stringify(
    [...fingerprints, ...withheld].map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
  );
