import { type CacheEntry, isSettled, type Lack } from '../core/index.js';
import type { Scanner } from '../scanner/index.js';
import type { Sourced } from '../sources/types.js';

/** One place of the source, and what the ledger keeps of the asset there. */
export interface Place {
  readonly item: Sourced;
  readonly entry?: CacheEntry<'stored'>;
  /** Set where the entry counts: what it lacks, together with the entries of all that was found inside the asset. */
  readonly lack?: Lack | undefined;
  /** True where this run should test the entry. */
  readonly doubted?: boolean;
}

/** A place whose asset has not changed, so that only matching is left to do. */
export type UnchangedPlace = Place & { readonly entry: CacheEntry<'stored'> };

/**
 * The places of a source in their order: neighbours that have not changed together, all others one by one. It asks the
 * ledger about a whole batch at once, and then the file system which of it have changed: that makes a rescan fast.
 */
export async function* groupUnchanged(
  source: AsyncIterable<readonly Sourced[]>,
  lookUp: (items: readonly Sourced[]) => readonly Place[],
  unchanged: Scanner['unchanged'],
  signal?: AbortSignal,
): AsyncGenerator<Place | UnchangedPlace[]> {
  for await (const items of source) {
    const places = lookUp(items);
    const asked = places.filter(isAsked);
    const known = asked.map(({ item, entry }) => ({
      uri: item.ref.uri,
      version: entry.asset!.version!,
    }));
    const same = known.length > 0 ? await unchanged(known, signal) : undefined;
    const standing = new Set<Place>(same ? asked.filter((_, at) => same[at]) : []);
    for (const place of places) if (place.entry?.earlier?.stands) standing.add(place);
    yield* neighbours(places, standing);
  }
}

/** True for an entry that lacks nothing, so that only the version of the asset is left to compare. */
const isAsked = (place: Place): place is UnchangedPlace =>
  !place.doubted &&
  isSettled(place.lack) &&
  place.entry?.asset?.version !== undefined &&
  !place.entry.earlier?.stands;

function* neighbours(
  places: readonly Place[],
  unchanged: ReadonlySet<Place>,
): Generator<Place | UnchangedPlace[]> {
  let together: UnchangedPlace[] = [];
  for (const place of places) {
    if (unchanged.has(place)) together.push(place as UnchangedPlace);
    else {
      if (together.length > 0) yield together;
      together = [];
      yield place;
    }
  }
  if (together.length > 0) yield together;
}
