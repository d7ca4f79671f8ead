/** The field of parsed JSON at a path of keys; undefined where there is none. */
export function fieldOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/** Does what `fieldOf` does, for a text that is not empty; undefined for any other value. */
export function textOf(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = fieldOf(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** Does what `fieldOf` does, for a list. Returns at most `most` of its items; none for any other value. */
export function itemsOf(
  most: number,
  value: unknown,
  ...path: readonly (string | number)[]
): readonly unknown[] {
  const found = fieldOf(value, ...path);
  return Array.isArray(found) ? found.slice(0, most) : [];
}
