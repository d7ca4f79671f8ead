import { asItIs, type Turn } from '../core/index.js';

/** What a view does to a picture, apart from turning it. */
export const viewKinds = [
  'upright',
  'as-stored',
  'flattened',
  'managed',
  'trimmed',
  'straightened',
  'bent',
  'side-padded',
  'widened',
  'tilted',
  'trimmed-bent',
  'panel',
] as const;
/** One of `viewKinds`. */
export type ViewKind = (typeof viewKinds)[number];

/** A group of looks that find the same kind of alteration: `trimmed`, `trimmed+turned`, `upright+negative`. */
export type LookGroup = ViewKind | `${ViewKind}+turned` | `${ViewKind}+negative`;

/** The group of a view of this kind, turned in this way. */
export const groupOf = (kind: ViewKind, { dihedral, negative }: Turn): LookGroup =>
  negative ? `${kind}+negative` : dihedral === asItIs.dihedral ? kind : `${kind}+turned`;

/**
 * The share of the accepted chance matches that each group of looks may use, according to what a group finds and what
 * it costs (docs/accuracy.md). Only their ratios count; they need not sum to anything.
 */
export const budget: Readonly<Record<LookGroup, number>> = {
  upright: 45,
  'upright+turned': 12,
  'upright+negative': 3,
  trimmed: 15,
  'trimmed+turned': 5,
  'trimmed+negative': 2,
  bent: 15,
  'bent+turned': 6,
  'bent+negative': 1,
  straightened: 3,
  'straightened+turned': 1,
  'straightened+negative': 1,
  'side-padded': 5,
  'side-padded+turned': 1,
  'side-padded+negative': 1,
  widened: 4,
  'widened+turned': 1,
  'widened+negative': 1,
  tilted: 4,
  'tilted+turned': 1,
  'tilted+negative': 1,
  'trimmed-bent': 4,
  'trimmed-bent+turned': 3,
  'trimmed-bent+negative': 1,
  panel: 8,
  'panel+turned': 3,
  'panel+negative': 1,
  'as-stored': 2,
  'as-stored+turned': 1,
  'as-stored+negative': 1,
  flattened: 3,
  'flattened+turned': 1,
  'flattened+negative': 1,
  managed: 5,
  'managed+turned': 1,
  'managed+negative': 1,
};
