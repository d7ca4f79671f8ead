/** The eight ways to rotate and mirror a picture; `rotate90` is counter-clockwise, `flipX` swaps top and bottom. */
export const dihedralNames = [
  'identity',
  'rotate90',
  'rotate180',
  'rotate270',
  'flipX',
  'flipY',
  'flipPlus1',
  'flipMinus1',
] as const;
/** One of `dihedralNames`. */
export type Dihedral = (typeof dihedralNames)[number];

/** A change to a picture that is done on its hash's numbers, at almost no cost. */
export interface Turn {
  readonly dihedral: Dihedral;
  /** True for the negative, with black for white. */
  readonly negative: boolean;
}

/** No change. */
export const asItIs: Turn = { dihedral: 'identity', negative: false };

/** All eight ways, in the order of `dihedralNames`. */
export const turned: readonly Turn[] = dihedralNames.map((dihedral) => ({ dihedral, negative: false }));

/** All eight ways, then each with the negative. */
export const turnedAndNegative: readonly Turn[] = [
  ...turned,
  ...dihedralNames.map((dihedral) => ({ dihedral, negative: true })),
];
