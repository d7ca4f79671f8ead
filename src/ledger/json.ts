import { Damage } from './damage.js';

type Json = { readonly [key: string]: unknown };

/** Raises Damage for text that is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Damage('what is no JSON');
  }
}

/** Raises Damage for what is no JSON object, and where `fits` says that it is not what was written. */
export function parsedObject<T>(text: string, fits: (value: Json) => boolean): T {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && fits(value as Json))
    return value as T;
  throw new Damage('JSON that is not what was written');
}

/** Raises Damage for what is no JSON array, or holds what `fits` does not take. */
export function parsedArray<T>(text: string, fits: (value: unknown) => value is T): T[] {
  const value = parsed(text);
  if (Array.isArray(value) && value.every(fits)) return value;
  throw new Damage('JSON that is not what was written');
}

export const isText = (value: unknown): value is string => typeof value === 'string';
