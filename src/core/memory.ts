import type { PackedHashes } from './hashes.js';
import { judge } from './judge.js';
import type { Known } from './scan.js';
import type { AssetFacts, FingerprintedAsset, ScanResult, Unread, Withheld } from './types.js';

/** How assets are fingerprinted: two runs that agree in this make the same fingerprints of the same bytes. */
export interface Craft {
  /** Recipe by algorithm of pixels. */
  readonly recipes: Readonly<Record<string, string>>;
  /** How pixels are looked at. */
  readonly look: string;
  /** Version of the program. */
  readonly tool: string;
  /** How assets are looked into, and of which media types where not of all; absent where it does not matter. */
  readonly inside?: { readonly how: string; readonly mediaTypes?: readonly string[] };
}

/** An asset as it is stored. */
export interface StoredAsset extends Omit<FingerprintedAsset, 'fingerprints' | 'withheld'> {
  readonly hashes: PackedHashes;
}

/** What is remembered of an asset, and how it was made. */
export interface Remembered extends Craft {
  /** Row of the ledger. */
  readonly row: number;
  /** Absent where the bytes could never be had. */
  readonly asset?: StoredAsset;
}

/** A stored asset with its hashes as everybody else knows them. */
export const unpacked = ({ hashes, ...asset }: StoredAsset): FingerprintedAsset => ({
  ...asset,
  ...hashes.unpack(),
});

/** What is to be remembered of an asset. */
export interface Kept extends Craft {
  readonly asset: FingerprintedAsset;
}

/** What a memory lacks of what a run wants to know. */
export interface Lack {
  /** Algorithms of pixels. */
  readonly missing: readonly string[];
  /** It was not looked into as it is now. */
  readonly reopen: boolean;
}

/**
 * What a memory lacks; undefined where it does not count any more. A failure is tried again, because most pass; not so
 * a crash of the decoder (quarantine). What this version could not read, another may.
 */
export function lackOf(memory: Remembered, craft: Craft): Lack | undefined {
  const { asset } = memory;
  if (!asset) return undefined;
  if (asset.unread?.kind === 'failed' && asset.unread.code !== 'decode-crashed') return undefined;
  if (asset.unread && memory.tool !== craft.tool) return undefined;
  if (asset.unread?.kind === 'skipped' && mayBeHad(asset.unread.reason, asset)) return undefined;
  const missing = Object.keys(craft.recipes).filter((algorithm) => isStale(algorithm, memory, craft));
  const reopen = craft.inside !== undefined && asset.opened?.how !== howOf(asset, craft.inside);
  return { missing, reopen };
}

const isStale = (algorithm: string, memory: Craft, craft: Craft): boolean =>
  memory.look !== craft.look ||
  memory.recipes[algorithm] === undefined ||
  (craft.recipes[algorithm] !== undefined && craft.recipes[algorithm] !== memory.recipes[algorithm]);

/** What of a memory still counts, given what it lacks. */
export function knownOf(memory: Remembered, craft: Craft, lack = lackOf(memory, craft)): Known | undefined {
  if (!lack) return undefined;
  const { missing, reopen } = lack;
  const asset = unpacked(memory.asset!);
  const counts = missing.length === 0 ? asset : withoutPixels(asset, (name) => isStale(name, memory, craft));
  return { asset: counts, missing, ...(reopen ? { reopen } : {}) };
}

/** Whether another run may read what this one skipped, with the same version of the program: a helper was installed, videos are wanted. */
const mayBeHad = (reason: string, { facts }: StoredAsset): boolean =>
  reason === 'decoder-missing' ||
  (reason === 'switched-off' && /^video\/|^application\/ogg$|^audio\/mp4$/.test(facts.mediaType));

/** How it is to be looked into. A piece of a file has no pieces. */
const howOf = ({ ref, facts }: StoredAsset, { how, mediaTypes }: NonNullable<Craft['inside']>) =>
  ref.part === undefined && (mediaTypes?.includes(facts.mediaType) ?? true) ? how : undefined;

/** True for a memory that lacks nothing. */
export const isSettled = (lack: Lack | undefined): boolean =>
  lack !== undefined && lack.missing.length === 0 && !lack.reopen;

/** What to remember of an asset that was fingerprinted, given what was known of it. */
export function keptOf(asset: FingerprintedAsset, craft: Craft, known?: Known, memory?: Remembered): Kept {
  const same = known && memory?.look === craft.look && isSameFile(known.asset, asset);
  return { ...craft, recipes: { ...(same ? memory.recipes : {}), ...craft.recipes }, asset };
}

/** An asset as a run sees it that computes these algorithms only; one without algorithms of pixels decodes nothing. */
export function seenBy(asset: FingerprintedAsset, craft: Craft): FingerprintedAsset {
  if (decodesNothing(craft)) {
    const { ref, fingerprints, unread } = withoutPixels(asset, () => true);
    const kept = unread && isOfBytes(unread, asset.facts) ? { unread } : {};
    return { ref, facts: factsSeenBy(asset, craft), fingerprints, withheld: [], ...kept };
  }
  const foreign = (algorithm: string) => craft.recipes[algorithm] === undefined;
  return withoutPixels(asset, foreign);
}

/** What a stored asset ends as for a run none of whose listed hashes is near. The most of a rescan: it unpacks nothing. */
export function unmatched(asset: StoredAsset, craft: Craft): ScanResult {
  if (asset.unread || asset.hashes.isPartly)
    return judge(seenBy(unpacked(asset), craft), { match: () => [] });
  return new Clear(asset, craft);
}

const none: readonly Withheld[] = [];

/** A clear result whose fingerprints are made when somebody asks for them. */
class Clear {
  readonly outcome = 'clear';
  readonly withheld = none;
  readonly ref;
  readonly facts;
  readonly #asset;
  readonly #craft;

  constructor(asset: StoredAsset, craft: Craft) {
    this.ref = asset.ref;
    this.facts = factsSeenBy(asset, craft);
    this.#asset = asset;
    this.#craft = craft;
  }

  get fingerprints() {
    return seenBy(unpacked(this.#asset), this.#craft).fingerprints;
  }
}

const decodesNothing = ({ recipes }: Craft): boolean => {
  for (const _ in recipes) return false;
  return true;
};

function factsSeenBy({ facts }: Pick<FingerprintedAsset, 'facts'>, craft: Craft) {
  return decodesNothing(craft) ? { mediaType: facts.mediaType, size: facts.size } : facts;
}

/** Whether it would have come to this without decoding pixels, too: what is inside could not be had. */
const isOfBytes = (unread: Unread, { mediaType }: AssetFacts): boolean => {
  if (unread.kind === 'failed') return unread.code !== 'decode-crashed';
  const isPicture = /^(image|video)\//.test(mediaType);
  return (
    ['encrypted', 'unknown-format'].includes(unread.reason) ||
    (unread.reason === 'unsupported-format' && !isPicture)
  );
};

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
