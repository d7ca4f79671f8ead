import { UsageError } from '../core/index.js';
import type { Category } from '../core/types.js';
import { objectsOf, readJson, textOf } from './json-document.js';
import type { JsonRecord } from './json-records.js';
import { peek } from './text.js';
import type { ListFormat, ListItem } from './types.js';

/**
 * What a category number means in each country. Elsewhere the same number has another meaning, so the user must map it.
 */
const countries: Readonly<Record<string, Readonly<Record<string, Category | 'skip'>>>> = {
  US: { 0: 'skip', 1: 'csam', 2: 'exploitative', 3: 'skip', 4: 'skip', 5: 'skip' },
};

const digestKeys = { MD5: 'md5', SHA1: 'sha1', SHA256: 'sha256', PhotoDNA: 'photodna' } as const;

/** Project VIC / VICS: an OData document whose `value` holds media records, or cases that hold them. */
export const vics: ListFormat = {
  about:
    'Project VIC / VICS JSON (1.x and 2.0), case file or hash set; categories by country or `--category-map`',
  extensions: [],
  detect: (head) =>
    /^\s*\{/.test(head) && /"@?odata\.(context|metadata)"|"Media"\s*:\s*\[|"MediaID"\s*:/i.test(head),
  async *read(text, options) {
    const { head, all } = await peek(text);
    const country = /"@?odata\.(?:context|metadata)"\s*:\s*"[^"]*\.xml\/([A-Z]{2})\//i
      .exec(head)?.[1]
      ?.toUpperCase();
    const map = options.categoryMap ?? (country === undefined ? undefined : countries[country]);
    if (!map)
      throw new UsageError(
        `the categories of ${country ?? 'an unnamed country'} are not known, and they differ by country: ` +
          'say which to load with --category-map (1=csam,2=exploitative)',
      );
    const scheme = `vics${country === undefined ? '' : `-${country.toLowerCase()}`}`;
    yield* readJson(all, ['value', 'Media'], (record) => [readMedia(record, map, scheme)]);
  },
};

/** `IsPrecategorized` is often the text "false" and unreliable: this ignores it. */
function readMedia(
  { line, value }: JsonRecord,
  map: Readonly<Record<string, Category | 'skip'>>,
  scheme: string,
): ListItem {
  const grade = textOf(value.Category) ?? '0';
  const category = map[grade] ?? 'skip';
  if (category === 'skip') return { line, leftOut: 'category-not-chosen' };
  const hashes: { algorithm: string; hash: string }[] = Object.entries(digestKeys).flatMap(
    ([key, algorithm]) => {
      const hash = textOf(value[key]);
      return hash === undefined ? [] : [{ algorithm, hash }];
    },
  );
  for (const { HashName, HashValue } of objectsOf(value.AlternativeHashes)) {
    const hash = textOf(HashValue);
    // An unknown name may be a typing error: it is reported like any other.
    if (hash !== undefined) hashes.push({ algorithm: textOf(HashName) ?? '', hash });
  }
  if (hashes.length === 0) return { line, problem: 'the record holds no hash' };
  const id = textOf(value.MediaID);
  const updated = textOf(value.DateUpdated);
  return {
    line,
    hashes,
    category,
    classification: grade,
    classificationScheme: scheme,
    supplier: 'Project VIC',
    ...(id !== undefined && { id }),
    ...(updated !== undefined && { updated }),
  };
}
