import type { Known } from './scan.js';
import type { FingerprintedAsset, Unread, Withheld } from './types.js';

/** How assets are fingerprinted: two runs that agree in this make the same fingerprints of the same bytes. */
export interface Craft {
  /** Recipe by algorithm of pixels. */
  readonly recipes: Readonly<Record<string, string>>;
  /** How pixels are looked at. */
  readonly look: string;
  /** Version of the program. */
  readonly tool: string;
  /** How assets of which media types are looked into; absent where it does not matter. */
  readonly inside?: { readonly how: string; readonly mediaTypes: readonly string[] };
}

/** What is remembered of an asset, and how it was made. */
export interface Remembered extends Craft {
  /** Row of the ledger. */
  readonly row: number;
  /** Absent where the bytes could never be had. */
  readonly asset?: FingerprintedAsset;
}

/** What is to be remembered of an asset. */
export interface Kept extends Craft {
  readonly asset: FingerprintedAsset;
}

/**
 * What of a memory still counts. A failure is tried again, because most pass; not so a crash of the decoder
 * (quarantine). What this version could not read, another may.
 */
export function knownOf(memory: Remembered, craft: Craft): Known | undefined {
  const { asset } = memory;
  if (!asset) return undefined;
  if (asset.unread?.kind === 'failed' && asset.unread.code !== 'decode-crashed') return undefined;
  if (asset.unread && memory.tool !== craft.tool) return undefined;
  if (asset.unread?.kind === 'skipped' && mayBeHad(asset.unread.reason, asset)) return undefined;
  const stale = (algorithm: string) =>
    memory.look !== craft.look ||
    memory.recipes[algorithm] === undefined ||
    (craft.recipes[algorithm] !== undefined && craft.recipes[algorithm] !== memory.recipes[algorithm]);
  const missing = Object.keys(craft.recipes).filter(stale);
  const reopen = craft.inside !== undefined && asset.opened?.how !== howOf(asset, craft.inside);
  return {
    asset: missing.length === 0 ? asset : withoutPixels(asset, stale),
    missing,
    ...(reopen ? { reopen } : {}),
  };
}

/** Whether another run may read what this one skipped, with the same version of the program: a helper was installed, videos are wanted. */
const mayBeHad = (reason: string, { facts }: FingerprintedAsset): boolean =>
  reason === 'decoder-missing' ||
  (reason === 'switched-off' && /^video\/|^application\/ogg$/.test(facts.mediaType));

/** How it is to be looked into. A piece of a file has no pieces. */
const howOf = ({ ref, facts }: FingerprintedAsset, { how, mediaTypes }: NonNullable<Craft['inside']>) =>
  ref.part === undefined && mediaTypes.includes(facts.mediaType) ? how : undefined;

/** True for a memory of which nothing needs to be read again. */
export const isSettled = (memory: Remembered, craft: Craft): boolean => {
  const known = knownOf(memory, craft);
  return known !== undefined && known.missing.length === 0 && !known.reopen;
};

/** What to remember of an asset that was fingerprinted, given what was known of it. */
export function keptOf(asset: FingerprintedAsset, craft: Craft, known?: Known, memory?: Remembered): Kept {
  const same = known && memory?.look === craft.look && isSameFile(known.asset, asset);
  return { ...craft, recipes: { ...(same ? memory.recipes : {}), ...craft.recipes }, asset };
}

/** An asset as a run sees it that computes these algorithms only; one without algorithms of pixels decodes nothing. */
export function seenBy(asset: FingerprintedAsset, craft: Craft): FingerprintedAsset {
  if (Object.keys(craft.recipes).length === 0) {
    const { ref, facts, fingerprints, unread } = withoutPixels(asset, () => true);
    const { mediaType, size } = facts;
    const kept = unread && isOfBytes(unread) ? { unread } : {};
    return { ref, facts: { mediaType, size }, fingerprints, withheld: [], ...kept };
  }
  const foreign = (algorithm: string) => craft.recipes[algorithm] === undefined;
  return withoutPixels(asset, foreign);
}

/** Whether it would have come to this without decoding pixels, too: what is inside could not be had. */
const isOfBytes = (unread: Unread): boolean =>
  unread.kind === 'failed' ? unread.code !== 'decode-crashed' : unread.reason === 'encrypted';

/** True for the same bytes. */
export const isSameFile = (a: FingerprintedAsset, b: FingerprintedAsset): boolean =>
  digestOf(a) === digestOf(b);

const digestOf = ({ fingerprints }: FingerprintedAsset) =>
  fingerprints.find(({ algorithm }) => algorithm === 'sha256')?.hex;

function withoutPixels(
  asset: FingerprintedAsset,
  dropped: (algorithm: string) => boolean,
): FingerprintedAsset {
  const stays = ({ algorithm, view }: { algorithm: string; view?: string }) =>
    view === undefined || !dropped(algorithm);
  const { fingerprints, withheld } = asset;
  if (fingerprints.every(stays) && withheld.every((one: Withheld) => !dropped(one.algorithm))) return asset;
  return {
    ...asset,
    fingerprints: fingerprints.filter(stays),
    withheld: withheld.filter((one) => !dropped(one.algorithm)),
  };
}
