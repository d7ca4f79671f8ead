import { asItIs, type Turn } from '../core/index.js';
import { asStored } from './as-stored.js';
import { budget, groupOf, type LookGroup } from './budget.js';
import { cropped5, cropped10, cropped20 } from './cropped.js';
import { managed } from './managed.js';
import { onBlack } from './on-black.js';
import { onWhite } from './on-white.js';
import {
  padded2,
  padded5,
  padded11,
  paddedBottomLeft,
  paddedBottomRight,
  paddedTopLeft,
  paddedTopRight,
  sidePadded,
} from './padded.js';
import { panels } from './panel.js';
import { middleViews, widenedViews } from './shaped.js';
import { straightened } from './straightened.js';
import {
  tiltedLeft2,
  tiltedLeft5,
  tiltedLeft10,
  tiltedLeft15,
  tiltedRight2,
  tiltedRight5,
  tiltedRight10,
  tiltedRight15,
} from './tilted.js';
import { trimmed } from './trimmed.js';
import { trimmedBars } from './trimmed-bars.js';
import { sampledWithin } from './trimmed-bent.js';
import { turned } from './turned.js';
import { type View, type ViewSet, viewSets } from './types.js';
import { upright } from './upright.js';

/** The views that what a trim leaves is looked at in, too. */
const bent = {
  'padded-2.5': padded2,
  'padded-5': padded5,
  'padded-11': padded11,
  'padded-top-left': paddedTopLeft,
  'padded-top-right': paddedTopRight,
  'padded-bottom-left': paddedBottomLeft,
  'padded-bottom-right': paddedBottomRight,
  'cropped-5': cropped5,
  'tilted-right-2.5': tiltedRight2,
  'tilted-left-2.5': tiltedLeft2,
  'tilted-right-5': tiltedRight5,
  'tilted-left-5': tiltedLeft5,
};

/** Every way of looking at a frame, by the name that matches and events use; the cheapest come first. */
export const views = {
  upright,
  'as-stored': asStored,
  turned,
  managed,
  'on-white': onWhite,
  'on-black': onBlack,
  trimmed,
  'trimmed-bars': trimmedBars,
  straightened,
  ...bent,
  'cropped-10': cropped10,
  'cropped-20': cropped20,
  ...middleViews,
  ...sidePadded,
  ...widenedViews,
  'tilted-right-10': tiltedRight10,
  'tilted-left-10': tiltedLeft10,
  'tilted-right-15': tiltedRight15,
  'tilted-left-15': tiltedLeft15,
  ...panels,
  ...sampledWithin('trimmed', 'close', bent),
  ...sampledWithin('trimmed-bars', 'wide', bent),
} satisfies Record<string, View>;

/** Name of a view in the registry. */
export type ViewName = keyof typeof views;

/** Whether a picture is a query, or will be put on a list. */
export type Side = 'query' | 'list';

/** The views of a set with their names, in the order of the registry, each with the turns that its side needs. */
export function viewsOf(
  set: ViewSet,
  side: Side = 'query',
): { readonly name: ViewName; readonly view: View }[] {
  const wanted = (of: ViewSet | undefined) =>
    of !== undefined && viewSets.indexOf(of) <= viewSets.indexOf(set);
  return Object.entries<View>(views).flatMap(([key, view]) => {
    const name = key as ViewName;
    if (side === 'query') return wanted(view.set) ? [{ name, view }] : [];
    return wanted(view.listed) ? [{ name, view: { ...view, turns: [asItIs] } }] : [];
  });
}

/** Every look of a set: the name that a match gives it, and its group. */
const looksOf = (set: ViewSet): { readonly name: string; readonly group: LookGroup }[] =>
  viewsOf(set).flatMap(({ name, view }) =>
    view.turns.map((turn) => ({ name: viewName(name, turn), group: groupOf(view.kind, turn) })),
  );

/** The most hashes that a set makes of one picture under each algorithm: one for each look. */
export const hashesPerPicture = (set: ViewSet): number => looksOf(set).length;

/**
 * The share of the accepted chance matches that each look of a set may use, by the name that matches give it: 0…1,
 * together 1. The looks of a group divide its share equally.
 */
export function sharesOf(set: ViewSet): ReadonlyMap<string, number> {
  const looks = looksOf(set);
  const sizes = new Map<LookGroup, number>();
  for (const { group } of looks) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const whole = [...sizes.keys()].reduce((sum, group) => sum + budget[group], 0);
  return new Map(looks.map(({ name, group }) => [name, budget[group] / whole / sizes.get(group)!]));
}

/** The group of a look, by the name that matches give it; `upright` for an unknown name. */
export function lookGroup(name: string): LookGroup {
  const [first = '', ...rest] = name.split('+');
  const isView = Object.hasOwn(views, first);
  const turns = isView ? rest : [first, ...rest];
  const kind = isView ? views[first as ViewName].kind : 'upright';
  const negative = turns.includes('negative');
  const isTurned = turns.some((turn) => turn !== 'negative' && turn !== 'upright');
  return groupOf(kind, { negative, dihedral: isTurned ? 'rotate90' : 'identity' });
}

/** The name that a match gives to a view that was turned: `upright`, `flipY`, `trimmed+flipY`, `rotated90+negative`. */
export function viewName(name: ViewName, { dihedral, negative }: Turn): string {
  const parts = [
    ...(dihedral === 'identity' ? [] : [dihedral.replace(/^rotate/, 'rotated')]),
    ...(negative ? ['negative'] : []),
  ];
  // The upright picture, turned, is named by its turn alone.
  return (name === 'turned' ? parts : [name, ...parts]).join('+');
}

export type { LookGroup } from './budget.js';
export { turnUpright } from './turn-upright.js';
export { type View, type ViewSet, viewSets } from './types.js';
export { type ViewSource, viewSource } from './view-source.js';
