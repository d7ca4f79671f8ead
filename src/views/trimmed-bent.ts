import type { Window } from './bend.js';
import type { Seen } from './seen.js';
import type { View } from './types.js';

type Trim = keyof Seen['trims'];

/** The views that bend a picture, for what a trim leaves of it: it was cropped or tilted before it got its border. */
export function bentWithin<Name extends string, Prefix extends string>(
  prefix: Prefix,
  trim: Trim,
  views: Readonly<Record<Name, View & { readonly window: Window }>>,
): Record<`${Prefix}-${Name}`, View> {
  const entries = Object.entries<View & { readonly window: Window }>(views).map(
    ([name, { about, window, turns }]): [string, View] => [
      `${prefix}-${name}`,
      {
        ...{ about: `${about}, within its borders`, kind: 'trimmed-bent', set: 'all', turns },
        look: ({ bentWithin }) => bentWithin(trim, window),
      },
    ],
  );
  return Object.fromEntries(entries) as Record<`${Prefix}-${Name}`, View>;
}
