/** The eight ways to turn and mirror a picture; `rotate90` is counter-clockwise, `flipX` swaps top and bottom. */
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
export type Dihedral = (typeof dihedralNames)[number];

/** What is done to a picture after it was reduced to a few numbers: it costs next to nothing. */
export interface Turn {
  readonly dihedral: Dihedral;
  /** True for the inverted picture, black for white. */
  readonly negative: boolean;
}

/** The picture as it is. */
export const asItIs: Turn = { dihedral: 'identity', negative: false };

/** All eight, in the order of `dihedralNames`. */
export const turned: readonly Turn[] = dihedralNames.map((dihedral) => ({ dihedral, negative: false }));

/** All eight, then their negatives. */
export const turnedAndNegative: readonly Turn[] = [
  ...turned,
  ...dihedralNames.map((dihedral) => ({ dihedral, negative: true })),
];
