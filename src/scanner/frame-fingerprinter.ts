import { asItIs } from '../core/index.js';
import type { Fingerprint, Frame, Withheld } from '../core/types.js';
import type { PixelAlgorithm } from '../fingerprints/index.js';
import {
  type Side,
  type View,
  type ViewName,
  type ViewSet,
  viewName,
  viewSource,
  views,
  viewsOf,
} from '../views/index.js';

interface Named {
  readonly name: string;
  readonly fingerprinter: PixelAlgorithm;
}

/** Names the steps of the derived views, with a version that must change whenever one of their hashes would. */
const derivedRecipe = 'views/3';

/**
 * Names the set of views, and the pixels that decoders make for them. Its version must change whenever these change, or
 * one of their hashes would.
 */
const viewsVersion = 'views/6';

/**
 * These are always made: otherwise a picture that is drawn in its alpha channel alone would count as holding too
 * little.
 */
const shownViews = (['on-white', 'on-black'] as const).map((name) => ({
  name,
  view: { ...views[name], turns: [asItIs] },
}));

/** Names what a set of views sees. An asset that was looked at under another name must be looked at again. */
export const viewSetVersion = (set: ViewSet, side: Side = 'query'): string =>
  set === 'none' ? `upright-${viewsVersion}` : `${side === 'list' ? 'listed-' : ''}${set}-${viewsVersion}`;

/** These views hash all pixels, as the reference does. */
const plainViews: readonly ViewName[] = ['upright', 'as-stored'];

/**
 * Makes the function that looks at a frame in every way of a set and fingerprints what it sees. A derived view that
 * holds too little information is not reported: the upright picture decides for the frame.
 */
export function frameFingerprinter(
  algorithms: readonly Named[],
  set: ViewSet,
  side: Side = 'query',
): (frame: Frame, index?: number, only?: readonly string[]) => (Fingerprint | Withheld)[] {
  const looks = viewsOf(set, side);
  const shown = set === 'none' ? shownViews : [];
  return (frame, index, only) => {
    const wanted = only ? algorithms.filter(({ name }) => only.includes(name)) : algorithms;
    const source = viewSource(frame);
    const at = index === undefined ? {} : { frame: index };
    const withheld: Withheld[] = [];
    const fingerprints: Fingerprint[] = [];
    const look = ({ name, view }: (typeof looks)[number]) => {
      const bitmap = view.window && withheld.length > 0 ? undefined : view.look(source);
      if (!bitmap) return;
      for (const { name: algorithm, fingerprinter } of wanted) {
        const answer = fingerprinter.computeTurned(bitmap, view.turns);
        if (answer.ok)
          fingerprints.push(
            ...fingerprintsOf(name, view, algorithm, fingerprinter, answer.hashes, {
              ...(answer.lowDetail && { lowDetail: true }),
              ...at,
            }),
          );
        else if (name === 'upright')
          withheld.push({ algorithm, reason: answer.reason, quality: answer.quality, view: name, ...at });
      }
    };
    looks.forEach(look);
    if (withheld.length > 0) shown.forEach(look);
    return [...fingerprints, ...withheld];
  };
}

function fingerprintsOf(
  name: ViewName,
  view: View,
  algorithm: string,
  { recipe }: PixelAlgorithm,
  hashes: readonly { readonly hex: string; readonly quality?: number }[],
  facts: Pick<Fingerprint, 'lowDetail' | 'frame'>,
): Fingerprint[] {
  const steps = plainViews.includes(name) ? recipe : `${recipe}+${derivedRecipe}`;
  return hashes.map(({ hex, quality }, k) => ({
    algorithm,
    hex,
    recipe: steps,
    ...(quality === undefined ? {} : { quality }),
    view: viewName(name, view.turns[k]!),
    ...facts,
  }));
}
