import { Damage } from './damage.js';

type Json = { readonly [key: string]: unknown };

/** The value of a JSON text. Raises Damage for any other text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Damage('what is no JSON');
  }
}

/** The object of a JSON text. Raises Damage for any other text, and where `fits` returns false. */
export function parsedObject<T>(text: string, fits: (value: Json) => boolean): T {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && fits(value as Json))
    return value as T;
  throw new Damage('JSON that is not what was written');
}

/** The array of a JSON text. Raises Damage for any other text, and where `fits` returns false for an element. */
export function parsedArray<T>(text: string, fits: (value: unknown) => value is T): T[] {
  const value = parsed(text);
  if (Array.isArray(value) && value.every(fits)) return value;
  throw new Damage('JSON that is not what was written');
}

/** True for a text. */
export const isText = (value: unknown): value is string => typeof value === 'string';
