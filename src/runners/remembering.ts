import { isInside } from '../core/event.js';
import { isPoorThumbnail } from '../core/judge.js';
import {
  type Craft,
  isSameFile,
  isSettled,
  type Kept,
  keptOf,
  knownOf,
  type Remembered,
  seenBy,
} from '../core/memory.js';
import { type Answer, type FingerprintLine, type Known, settledVersion, type Unseen } from '../core/scan.js';
import type { AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Scanner } from '../scanner.js';
import { batches } from './batches.js';

/** What is remembered of an asset inside another: what it was fingerprinted as, or how it ended without that. */
export type RememberedInside = Remembered & { readonly unseen?: Unseen };

/** What a run may know of assets from before. */
export interface RememberOptions {
  /** What is remembered of each. */
  recall(refs: readonly AssetRef[]): readonly (Remembered | undefined)[];
  /** Everything inside an asset, in the order in which it was found. */
  recallInside(ref: AssetRef): Iterable<RememberedInside>;
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
  /** True for an asset in quarantine that was not decoded again, whether it was read or not. */
  readonly quarantined?: boolean;
  /** False for a place that a source passed over: nothing to remember. */
  readonly isAsset: boolean;
  /** Outcome of a test of the memory. */
  readonly verified?: 'same' | 'differs';
}

type Item = Parameters<Scanner['passed']>[0];

/** One place of the source, and what is known of it. */
interface Place {
  readonly item: Item;
  readonly memory?: Remembered;
  readonly known?: Known;
  /** True where the memory is to be put to the test. */
  readonly doubted?: boolean;
}

/** A place whose asset has not changed: nothing is left to be done but matching. */
type Unchanged = Required<Place>;

/** A place, and the version that its asset was at. */
interface Asked {
  readonly place: Place;
  readonly uri: string;
  readonly version: string;
}

/** Places that are looked up at once. */
const most = 256;
/** Results that come at once of what is inside assets. */
const mostInside = 64;

/**
 * As `scanner.scan`, but what is remembered of an unchanged asset is neither read nor decoded again, nor is it looked
 * into; it is matched all the same, always, and so is everything inside it. Results come a few at a time, because an asynchronous step for each would be the most of the work.
 */
export function scanRemembering(
  scanner: Scanner,
  source: AsyncIterable<Item>,
  options: RememberOptions,
): AsyncGenerator<readonly Recollected[]> {
  const { signal, tool } = options;
  const { recipes, look, inside } = scanner;
  const craft: Craft = { recipes, look, tool, inside };
  const judged = (asset: FingerprintedAsset) => scanner.judge(seenBy(asset, craft));

  /** What is known of an asset; it counts only with all that was found inside it. */
  function knownWhole(ref: AssetRef, memory: Remembered): Known | undefined {
    const isLifted = ({ asset }: Remembered) => options.retryCrashed === true && hasCrashed(asset);
    if (isLifted(memory)) return undefined;
    const known = knownOf(memory, craft);
    const count = known?.asset.opened?.assets ?? 0;
    if (count === 0 || known!.reopen) return known;
    let settled = 0;
    for (const one of options.recallInside(ref))
      if (one.unseen ? one.unseen.outcome === 'skipped' : isSettled(one, craft) && !isLifted(one))
        settled += 1;
    return settled === count ? known : { ...known!, reopen: true };
  }

  /** The results of an asset that stands as it is remembered, those inside it first. */
  function* standing({ item, memory, known }: Unchanged): Generator<Recollected> {
    if (known.asset.opened?.assets)
      for (const { asset, unseen, row } of options.recallInside(item as AssetRef))
        yield { result: asset ? judged(asset) : unseen!, row, quarantined: hasCrashed(asset), isAsset: true };
    yield {
      result: judged(known.asset),
      row: memory.row,
      quarantined: hasCrashed(known.asset),
      isAsset: true,
    };
  }

  function* together(places: readonly Unchanged[]): Generator<readonly Recollected[]> {
    if (!places.some(({ known }) => known.asset.opened?.assets)) {
      yield places.flatMap((place) => [...standing(place)]);
      return;
    }
    let some: Recollected[] = [];
    for (const place of places)
      for (const result of standing(place)) {
        some.push(result);
        if (some.length < mostInside) continue;
        yield some;
        some = [];
      }
    if (some.length > 0) yield some;
  }

  async function* one(place: Place, fingerprint: FingerprintLine): AsyncGenerator<readonly Recollected[]> {
    const { item, known, doubted } = place;
    const passed = scanner.passed(item);
    if (passed) {
      yield [{ result: passed, isAsset: false }];
      return;
    }
    const ref = item as AssetRef;
    for await (const answer of counted(fingerprint(ref, signal, known))) {
      if (!known || answer !== known.asset) yield [fresh(answer, place)];
      else if (!doubted) yield* together([place as Unchanged]);
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

  function fresh(answer: Answer, { known, memory }: Partial<Place> = {}): Recollected {
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
      const known = knownWhole(item as AssetRef, memory);
      return known ? { item, memory, known, doubted: options.doubt?.() === true } : { item, memory };
    });
  };

  return scanner.map<Place | Unchanged[], readonly Recollected[]>(
    pieces(scanner, source, lookUp, signal),
    async function* (piece, fingerprint) {
      yield* Array.isArray(piece) ? together(piece) : one(piece, fingerprint);
    },
    signal,
  );
}

/**
 * The places of a source in their order: neighbours that have not changed together, all others one by one. Their
 * versions are asked for together, which is what makes a rescan fast.
 */
async function* pieces(
  scanner: Scanner,
  source: AsyncIterable<Item>,
  lookUp: (items: readonly Item[]) => readonly Place[],
  signal?: AbortSignal,
): AsyncGenerator<Place | Unchanged[]> {
  for await (const items of batches(source, most)) {
    const places = lookUp(items);
    const known = places.flatMap((place): Asked[] => {
      const version = place.doubted ? undefined : settledVersion(place.known);
      return version === undefined ? [] : [{ place, uri: (place.item as AssetRef).uri, version }];
    });
    yield* runsOf(places, await whichUnchanged(known));
  }

  async function whichUnchanged(known: readonly Asked[]): Promise<Set<Place>> {
    const asked = known.map(({ uri, version }) => ({ uri, version }));
    const same = asked.length > 0 && (await scanner.unchanged(asked, signal));
    return new Set(same ? known.filter((_, at) => same[at]).map(({ place }) => place) : []);
  }
}

function* runsOf(places: readonly Place[], unchanged: ReadonlySet<Place>): Generator<Place | Unchanged[]> {
  let run: Unchanged[] = [];
  for (const place of places) {
    if (unchanged.has(place)) run.push(place as Unchanged);
    else {
      if (run.length > 0) yield run;
      run = [];
      yield place;
    }
  }
  if (run.length > 0) yield run;
}

/** True for an asset in quarantine: it ended its decoding process twice. */
const hasCrashed = (asset?: FingerprintedAsset): boolean =>
  asset?.unread?.kind === 'failed' && asset.unread.code === 'decode-crashed';

function isSame(a: FingerprintedAsset, b: FingerprintedAsset): boolean {
  const text = ({ fingerprints, withheld }: FingerprintedAsset) =>
    JSON.stringify(
      [...fingerprints, ...withheld].map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
    );
  return text(a) === text(b);
}
