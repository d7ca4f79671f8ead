import { isSettled, type Lack, type Remembered, type Unseen } from '../core/index.js';
import type { AssetRef } from '../core/types.js';
import type { Scanner } from '../scanner/index.js';

export type Item = Parameters<Scanner['passed']>[0];

/** What is remembered of an asset: what it was fingerprinted as, or how it ended without that. */
export type Memory = Remembered & {
  readonly unseen?: Unseen;
  /** Set where an earlier attempt of this run is done with the asset, whatever it came to. */
  readonly finished?: Finished;
};

export interface Finished {
  readonly at: Date;
  /** True where that stands; otherwise the asset must still be at its version, which is then set. */
  readonly stands: boolean;
}

/** One place of the source, and what the ledger remembers of it. */
export interface LookedUp {
  readonly item: Item;
  readonly memory?: Memory;
  /** Set where the memory counts; with all that was found inside. */
  readonly lack?: Lack | undefined;
  /** True where the memory is to be put to the test. */
  readonly doubted?: boolean;
}

/** A place whose asset has not changed: nothing is left to be done but matching. */
export type Unchanged = LookedUp & { readonly memory: Memory };

/**
 * The places of a source in their order: neighbours that have not changed together, all others one by one. What is
 * remembered of a batch of them, and which have changed, is asked for together, which is what makes a rescan fast.
 */
export async function* groupUnchanged(
  source: AsyncIterable<readonly Item[]>,
  lookUp: (items: readonly Item[]) => readonly LookedUp[],
  unchanged: Scanner['unchanged'],
  signal?: AbortSignal,
): AsyncGenerator<LookedUp | Unchanged[]> {
  for await (const items of source) {
    const places = lookUp(items);
    const asked = places.filter(isAsked);
    const known = asked.map(({ item, memory }) => ({
      uri: (item as AssetRef).uri,
      version: memory.asset!.version!,
    }));
    const same = known.length > 0 ? await unchanged(known, signal) : undefined;
    const standing = new Set<LookedUp>(same ? asked.filter((_, at) => same[at]) : []);
    for (const place of places) if (place.memory?.finished?.stands) standing.add(place);
    yield* runsOf(places, standing);
  }
}

/** Of a memory that lacks nothing only the version is in question. */
const isAsked = (place: LookedUp): place is Unchanged =>
  !place.doubted &&
  isSettled(place.lack) &&
  place.memory?.asset?.version !== undefined &&
  !place.memory.finished?.stands;

function* runsOf(
  places: readonly LookedUp[],
  unchanged: ReadonlySet<LookedUp>,
): Generator<LookedUp | Unchanged[]> {
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
