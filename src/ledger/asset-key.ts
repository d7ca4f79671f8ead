import type { AssetRef } from '../core/types.js';
import { Damage } from './damage.js';
import { parsed } from './json.js';

/** The ledger's name of an asset. */
export const refKey = ({ uri, member, frame, part }: AssetRef): string =>
  member === undefined && frame === undefined && part === undefined
    ? uri.replaceAll('\0', '%00') // a NUL would end it for SQLite's JSON
    : JSON.stringify([uri, member ?? null, frame ?? null, ...(part === undefined ? [] : [part])]);

/** Raises Damage for what `refKey` did not make. */
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

/** The names of everything inside an asset lie from the first on, before the second. */
export const rangeInside = (uri: string): [string, string] => {
  const start = `[${JSON.stringify(uri)}`;
  return [`${start},`, `${start}-`];
};
