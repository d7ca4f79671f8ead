import type { Window } from './sample-window.js';
import type { View } from './types.js';
import type { ViewSource } from './view-source.js';

type Trim = keyof ViewSource['trims'];

/** The views that bend a picture, for what a trim leaves of it: it was cropped or tilted before it got its border. */
export function sampledWithin<Name extends string, Prefix extends string>(
  prefix: Prefix,
  trim: Trim,
  views: Readonly<Record<Name, View & { readonly window: Window }>>,
): Record<`${Prefix}-${Name}`, View> {
  const entries = Object.entries<View & { readonly window: Window }>(views).map(
    ([name, { about, window, turns }]): [string, View] => [
      `${prefix}-${name}`,
      {
        ...{ about: `${about}, within its borders`, kind: 'trimmed-bent', set: 'all', turns },
        look: ({ sampledWithin }) => sampledWithin(trim, window),
      },
    ],
  );
  return Object.fromEntries(entries) as Record<`${Prefix}-${Name}`, View>;
}
