import { type Craft, type Kept, keptOf, knownOf, type Remembered, seenBy } from '../core/memory.js';
import { type FingerprintLine, type Known, settledVersion } from '../core/scan.js';
import type { AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Scanner } from '../scanner.js';
import { batches } from './batches.js';

/** What a run may know of assets from before. */
export interface RememberOptions {
  /** What is remembered of each. */
  recall(refs: readonly AssetRef[]): readonly (Remembered | undefined)[];
  readonly tool: string;
  /** True for a memory that is to be put to the test: read the asset again and compare. */
  readonly doubt?: (() => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A result, and what is to be remembered of it. */
export interface Recollected {
  readonly result: ScanResult;
  /** Set where the asset was read. */
  readonly kept?: Kept;
  /** The memory that stands, where nothing was read. */
  readonly row?: number;
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

/**
 * As `scanner.scan`, but what is remembered of an unchanged asset is neither read nor decoded again; it is matched all
 * the same, always. Results come a few at a time, because an asynchronous step for each would be the most of the work.
 */
export function scanRemembering(
  scanner: Scanner,
  source: AsyncIterable<Item>,
  options: RememberOptions,
): AsyncGenerator<readonly Recollected[]> {
  const { signal, tool } = options;
  const craft: Craft = { recipes: scanner.recipes, look: scanner.look, tool };
  const judged = (asset: FingerprintedAsset) => scanner.judge(seenBy(asset, craft));
  const stands = ({ memory, known }: Unchanged): Recollected => ({
    result: judged(known.asset),
    row: memory.row,
    isAsset: true,
  });

  async function one(
    { item, memory, known, doubted }: Place,
    fingerprint: FingerprintLine,
  ): Promise<Recollected> {
    const passed = scanner.passed(item);
    if (passed) return { result: passed, isAsset: false };
    const ref = item as AssetRef;
    const asset = await fingerprint(ref, signal, known);
    if ('outcome' in asset) return { result: asset, isAsset: true };
    if (!memory || asset !== known?.asset)
      return { result: judged(asset), kept: keptOf(asset, craft, known, memory), isAsset: true };
    if (!doubted) return { result: judged(asset), row: memory.row, isAsset: true };
    const fresh = await fingerprint(ref, signal);
    if ('outcome' in fresh) return { result: fresh, isAsset: true };
    const verified = isSame(seenBy(asset, craft), fresh) ? 'same' : 'differs';
    return { result: judged(fresh), kept: keptOf(fresh, craft), isAsset: true, verified };
  }

  const lookUp = (items: readonly Item[]): Place[] => {
    const isRef = (item: Item) => !('stage' in item || 'reason' in item);
    const memories = options.recall(items.filter(isRef) as AssetRef[]);
    let next = 0;
    return items.map((item) => {
      const memory = isRef(item) ? memories[next++] : undefined;
      if (!memory) return { item };
      const known = knownOf(memory, craft);
      return known ? { item, memory, known, doubted: options.doubt?.() === true } : { item, memory };
    });
  };

  return scanner.map<Place | Unchanged[], readonly Recollected[]>(
    pieces(scanner, source, lookUp, signal),
    async (piece, fingerprint) =>
      Array.isArray(piece) ? piece.map(stands) : [await one(piece, fingerprint)],
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

function isSame(a: FingerprintedAsset, b: FingerprintedAsset): boolean {
  const text = ({ fingerprints, withheld }: FingerprintedAsset) =>
    JSON.stringify(
      [...fingerprints, ...withheld].map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
    );
  return text(a) === text(b);
}
