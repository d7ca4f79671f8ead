import type { Match } from './types.js';

type Nearness = Pick<Match, 'distance' | 'threshold' | 'matchType'>;

/** How near a match is, in words: `distance 5 of 31`; or as a matching service says it, which tells no distance. */
export const nearnessOf = ({ distance, threshold, matchType }: Nearness): string =>
  distance === undefined ? `${matchType ?? 'told as a'} match` : `distance ${distance} of ${threshold}`;

/** The same for tables and short lists: `5/31`, `near`. */
export const shortNearness = ({ distance, threshold, matchType }: Nearness): string =>
  distance === undefined ? (matchType ?? 'match') : `${distance}/${threshold}`;

/** True where the match may be a resemblance: not where the hashes are equal, as far as anybody told. */
export const isResemblance = ({ distance, matchType, view }: Nearness & Pick<Match, 'view'>): boolean =>
  distance === undefined ? view !== undefined && matchType !== 'exact' : distance > 0;
