import type { AssetRef } from '../core/types.js';

/** The ledger's name of an asset. */
export const refKey = ({ uri, member, frame, part }: AssetRef): string =>
  member === undefined && frame === undefined && part === undefined
    ? uri
    : JSON.stringify([uri, member ?? null, frame ?? null, ...(part === undefined ? [] : [part])]);

export function refOfKey(key: string): AssetRef {
  if (!key.startsWith('[')) return { uri: key };
  const [uri, member, frame, part] = JSON.parse(key) as [string, string | null, number | null, string?];
  return {
    uri,
    ...(member === null ? {} : { member }),
    ...(frame === null ? {} : { frame }),
    ...(part === undefined ? {} : { part }),
  };
}

/** The names of everything inside an asset lie from the first on, before the second. */
export const rangeInside = (uri: string): [string, string] => {
  const start = `[${JSON.stringify(uri)}`;
  return [`${start},`, `${start}-`];
};
