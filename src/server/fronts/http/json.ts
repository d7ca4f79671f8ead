/** A field of parsed JSON; undefined where there is none. */
export function fieldOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/** As `fieldOf`, for a text. */
export function textOf(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = fieldOf(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** As `fieldOf`, for a list of at most so many items: a caller that sends more is mistaken or hostile. */
export function itemsOf(
  most: number,
  value: unknown,
  ...path: readonly (string | number)[]
): readonly unknown[] {
  const found = fieldOf(value, ...path);
  return Array.isArray(found) ? found.slice(0, most) : [];
}
