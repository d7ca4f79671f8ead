import { hexToBytes, UsageError } from '../core/index.js';
import { isObject } from './json.js';
import { type Askable, askable, type Question } from './types.js';

/** The names that a template may have in braces, and the hash that each stands for. */
const places: Readonly<Record<string, Askable>> = {
  ...Object.fromEntries(askable.map((name) => [name, name])),
  pdqBase64: 'pdq',
};

const place = /\{([A-Za-z0-9]+)\}/g;

/** The hashes that templates name. Raises UsageError for a name that stands for none. */
export function hashesIn(...templates: readonly unknown[]): Askable[] {
  const names = templates.flatMap((template) =>
    textsIn(template).flatMap((text) => [...text.matchAll(place)].map(([, name]) => name!)),
  );
  for (const name of names)
    if (!Object.hasOwn(places, name))
      throw new UsageError(`{${name}} stands for no hash; known are ${Object.keys(places).join(', ')}`);
  const named = new Set(names.map((name) => places[name]));
  return askable.filter((name) => named.has(name));
}

/** Every text in a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Replaces the names in braces of a template by the hashes of a question.
 * @param encode encodes a hash for its place in the template
 */
export function filled<T>(template: T, question: Question, encode = (text: string) => text): T {
  if (typeof template === 'string')
    return template.replaceAll(place, (_, name: string) => encode(hashText(name, question))) as T;
  if (Array.isArray(template)) return template.map((one) => filled(one, question, encode)) as T;
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, filled(value, question, encode)]),
  ) as T;
}

function hashText(name: string, { hashes }: Question): string {
  const hex = hashes[places[name]!]!;
  return name === 'pdqBase64' ? Buffer.from(hexToBytes(hex)).toString('base64') : hex;
}
