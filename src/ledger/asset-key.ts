import type { AssetRef } from '../core/types.js';
import { Damage } from './damage.js';
import { parsed } from './json.js';

/** The text by which the ledger knows an asset: its URI, member, frame and part. */
export const refKey = ({ uri, member, frame, part }: AssetRef): string =>
  member === undefined && frame === undefined && part === undefined
    ? uri.replaceAll('\0', '%00') // SQLite's JSON would end at a NUL
    : JSON.stringify([uri, member ?? null, frame ?? null, ...(part === undefined ? [] : [part])]);

/** Takes apart what `refKey` made. Raises Damage for any other text. */
export function refOfKey(key: string): AssetRef {
  if (!key.startsWith('[')) return { uri: key };
  const [uri, member, frame, part] = parts(key);
  return {
    uri,
    ...(member === null ? {} : { member }),
    ...(frame === null ? {} : { frame }),
    ...(part === undefined ? {} : { part }),
  };
}

function parts(key: string): [string, string | null, number | null, string?] {
  const found = parsed(key);
  if (Array.isArray(found)) {
    const [uri, member, frame, part] = found as unknown[];
    if (
      typeof uri === 'string' &&
      (member === null || typeof member === 'string') &&
      (frame === null || typeof frame === 'number') &&
      (part === undefined || typeof part === 'string')
    )
      return part === undefined ? [uri, member, frame] : [uri, member, frame, part];
  }
  throw new Damage('the name of an asset is damaged');
}

/** The keys of everything inside an asset, as a range: from the first on, up to but not including the second. */
export const rangeInside = (uri: string): [string, string] => {
  const start = `[${JSON.stringify(uri)}`;
  return [`${start},`, `${start}-`];
};
