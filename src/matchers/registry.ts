import { arachnidShield } from './arachnid-shield.js';
import { hma } from './hma.js';
import { http } from './http.js';
import type { MatcherType } from './types.js';

/** Every type of matching service. */
export const matcherTypes = {
  'arachnid-shield': arachnidShield,
  hma,
  http,
} as const satisfies Readonly<Record<string, MatcherType>>;

/** Name of a type. */
export type MatcherTypeName = keyof typeof matcherTypes;
