import { isInside } from '../core/event.js';
import { isPoorThumbnail } from '../core/judge.js';
import {
  type Craft,
  isSameFile,
  isSettled,
  type Kept,
  keptOf,
  knownOf,
  type Lack,
  lackOf,
  type Remembered,
  seenBy,
  unmatched,
  unpacked,
} from '../core/memory.js';
import type { Answer, FingerprintLine, Known } from '../core/scan.js';
import type { AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Scanner } from '../scanner/scanner.js';
import { type Finished, type Item, type Memory, type Place, pieces, type Unchanged } from './places.js';

/** What a run may know of assets from before. */
export interface RememberOptions {
  /** What is remembered of each. */
  recall(refs: readonly AssetRef[]): readonly (Memory | undefined)[];
  /** Everything inside an asset, in the order in which it was found; undefined where that cannot be told. */
  recallInside(ref: AssetRef): readonly Memory[] | undefined;
  readonly tool: string;
  /** True for a memory that is to be put to the test: read the asset again and compare. */
  readonly doubt?: (() => boolean) | undefined;
  /** Decode again what ended its decoding process before. */
  readonly retryCrashed?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A result, and what is to be remembered of it. */
export interface Recollected {
  readonly result: ScanResult;
  /** Set where the asset was read. */
  readonly kept?: Kept;
  /** The memory that stands, where nothing was read. */
  readonly row?: number;
  /** Set where the result is that of an earlier attempt of this run. */
  readonly finished?: Finished | undefined;
  /** True for an asset in quarantine that was not decoded again, whether it was read or not. */
  readonly quarantined?: boolean;
  /** False for a place that a source passed over: nothing to remember. */
  readonly isAsset: boolean;
  /** Outcome of a test of the memory. */
  readonly verified?: 'same' | 'differs';
}

/**
 * Results that come at once: an asynchronous step for each would be the most of the work. A video has thousands of hashes,
 * and signals wait for so many bytes of them to be compared.
 */
const most = { assets: 512, bytes: 1e6 } as const;

/**
 * As `scanner.scan`, but what is remembered of an unchanged asset is neither read nor decoded again, nor is it looked
 * into; it is matched all the same, always, and so is everything inside it. Results come a few at a time.
 * @param source in batches, which are looked up together.
 */
export function scanRemembering(
  scanner: Scanner,
  source: AsyncIterable<readonly Item[]>,
  options: RememberOptions,
): AsyncGenerator<readonly Recollected[]> {
  const { signal, tool } = options;
  const { recipes, look, inside } = scanner;
  const craft: Craft = { recipes, look, tool, inside };
  const judged = (asset: FingerprintedAsset) => scanner.judge(seenBy(asset, craft));

  /** What is lacking of an asset, and of all that was found inside it. */
  function lackOfWhole(ref: AssetRef, memory: Remembered): Lack | undefined {
    const isLifted = ({ asset }: Remembered) => options.retryCrashed === true && hasCrashed(asset);
    if (isLifted(memory)) return undefined;
    const lack = lackOf(memory, craft);
    const count = memory.asset?.opened?.assets ?? 0;
    if (!lack || count === 0 || lack.reopen) return lack;
    let settled = 0;
    for (const one of options.recallInside(ref) ?? [])
      if (one.unseen ? one.unseen.outcome === 'skipped' : isSettled(lackOf(one, craft)) && !isLifted(one))
        settled += 1;
    return settled === count ? lack : { ...lack, reopen: true };
  }

  /** What is remembered of an asset, what is inside it first; undefined where the memory has lost a part of that. */
  function wholeOf({ item, memory }: Unchanged): readonly Memory[] | undefined {
    const count = memory.asset?.opened?.assets ?? 0;
    if (count === 0) return [memory];
    const inside = options.recallInside(item as AssetRef);
    if (inside?.length !== count) return undefined;
    const { finished } = memory;
    return [...(finished ? inside.map((one) => ({ ...one, finished })) : inside), memory];
  }

  /** The results of assets that stand as they are remembered. */
  async function* together(
    places: readonly Unchanged[],
    fingerprint: FingerprintLine,
  ): AsyncGenerator<readonly Recollected[]> {
    let some: Memory[] = [];
    let bytes = 0;
    for (const place of places) {
      const whole = wholeOf(place);
      for (const one of whole ?? []) {
        some.push(one);
        bytes += one.asset?.hashes.size ?? 0;
        if (some.length < most.assets && bytes < most.bytes) continue;
        yield standing(some);
        some = [];
        bytes = 0;
      }
      if (whole) continue;
      if (some.length > 0) yield standing(some);
      some = [];
      bytes = 0;
      for await (const answer of counted(fingerprint(place.item as AssetRef, signal))) yield [fresh(answer)];
    }
    if (some.length > 0) yield standing(some);
  }

  function standing(memories: readonly Memory[]): Recollected[] {
    const maybe = scanner.screen(memories.flatMap(({ asset }) => (asset ? [asset.hashes] : [])));
    let next = 0;
    const resultOf = ({ asset, unseen }: Memory): ScanResult => {
      if (!asset) return unseen!;
      return maybe[next++] ? judged(unpacked(asset)) : unmatched(asset, craft);
    };
    return memories.map((one) => ({
      result: resultOf(one),
      row: one.row,
      finished: one.finished,
      quarantined: hasCrashed(one.asset),
      isAsset: true,
    }));
  }

  async function* one(place: Place, fingerprint: FingerprintLine): AsyncGenerator<readonly Recollected[]> {
    const { item, memory, lack, doubted } = place;
    const passed = scanner.passed(item);
    if (passed) {
      yield [{ result: passed, isAsset: false }];
      return;
    }
    const ref = item as AssetRef;
    const known = lack && knownOf(memory!, craft, lack);
    for await (const answer of counted(fingerprint(ref, signal, known))) {
      if (!known || answer !== known.asset) yield [fresh(answer, { known, memory })];
      else if (!doubted) yield* together([place as Unchanged], fingerprint);
      else
        for await (const again of counted(fingerprint(ref, signal))) {
          const read = fresh(again);
          if ('outcome' in again || isInside(again.ref)) yield [read];
          else yield [{ ...read, verified: isSame(seenBy(known.asset, craft), again) ? 'same' : 'differs' }];
        }
    }
  }

  /** What is worth a result; the asset itself, which comes last, with the number of those inside it. */
  async function* counted(answers: AsyncIterable<Answer>): AsyncGenerator<Answer> {
    let assets = 0;
    for await (const answer of answers) {
      if (isPoorThumbnail(answer) && ('outcome' in answer || judged(answer).outcome === 'skipped')) continue;
      if (isInside(answer.ref)) assets += 1;
      const isWhole = !('outcome' in answer) && !isInside(answer.ref) && answer.opened && assets > 0;
      yield isWhole ? { ...answer, opened: { ...answer.opened!, assets } } : answer;
    }
  }

  function fresh(answer: Answer, { known, memory }: Before = {}): Recollected {
    if ('outcome' in answer) return { result: answer, isAsset: true };
    const kept = isInside(answer.ref) ? keptOf(answer, craft) : keptOf(answer, craft, known, memory);
    const quarantined =
      !isInside(answer.ref) &&
      known !== undefined &&
      hasCrashed(known.asset) &&
      isSameFile(known.asset, answer);
    return { result: judged(answer), kept, quarantined, isAsset: true };
  }

  const lookUp = (items: readonly Item[]): Place[] => {
    const isRef = (item: Item) => !('stage' in item || 'reason' in item);
    const memories = options.recall(items.filter(isRef) as AssetRef[]);
    let next = 0;
    return items.map((item) => {
      const memory = isRef(item) ? memories[next++] : undefined;
      if (!memory) return { item };
      // What failed is tried again by the next run, not by this one.
      if (memory.finished) return { item, memory, lack: { missing: [], reopen: false } };
      const lack = lackOfWhole(item as AssetRef, memory);
      return { item, memory, lack, doubted: lack !== undefined && options.doubt?.() === true };
    });
  };

  return scanner.map<Place | Unchanged[], readonly Recollected[]>(
    pieces(source, lookUp, scanner.unchanged, signal),
    async function* (piece, fingerprint) {
      if (!Array.isArray(piece)) yield* one(piece, fingerprint);
      else
        for await (const some of together(piece, fingerprint)) {
          yield some;
          await new Promise((next) => setImmediate(next)); // signals have their turn
        }
    },
    signal,
  );
}

/** What was known of an asset before it was fingerprinted. */
interface Before {
  readonly known?: Known | undefined;
  readonly memory?: Remembered | undefined;
}

/** True for an asset in quarantine: it ended its decoding process twice. */
const hasCrashed = (asset?: Pick<FingerprintedAsset, 'unread'>): boolean =>
  asset?.unread?.kind === 'failed' && asset.unread.code === 'decode-crashed';

function isSame(a: FingerprintedAsset, b: FingerprintedAsset): boolean {
  const text = ({ fingerprints, withheld }: FingerprintedAsset) =>
    JSON.stringify(
      [...fingerprints, ...withheld].map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
    );
  return text(a) === text(b);
}
