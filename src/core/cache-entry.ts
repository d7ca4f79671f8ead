import type { PackedHashes } from './hashes.js';
import { judge } from './judge.js';
import type { Known, Lack } from './scan.js';
import type { AssetFacts, FingerprintedAsset, ScanResult, Unread, Withheld } from './types.js';
import type { Unseen } from './unseen.js';

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

/**
 * What the ledger keeps of an asset, on its way through a run:
 *
 * 1. `stored`: the ledger looked it up (`Ledger.recall`). `lackOf` says what of it the run can use.
 * 2. What the run makes of it (`src/runs/cached-scan.ts`):
 *    - `used`: the asset has not changed and lacks nothing. It was not read; its hashes were matched again.
 *    - `computed`: the asset was read. This is to be stored in the place of what was there.
 *    - `unread`: its bytes could not be had. What is stored stays as it is.
 * 3. The ledger stores that beside the result (`LedgerRun.settle`).
 */
export type CacheEntry<S extends keyof States = keyof States> = {
  [State in S]: { readonly state: State } & States[State];
}[S];

interface States {
  readonly stored: Craft & {
    /** Row of the ledger. */
    readonly row: number;
    /** Absent where the bytes could never be had. */
    readonly asset?: StoredAsset;
    /** How it ended, where there is no `asset`, but what ended it stands. */
    readonly unseen?: Unseen;
    readonly earlier?: EarlierLook;
  };
  readonly used: { readonly row: number; readonly earlier?: EarlierLook | undefined };
  readonly computed: Craft & { readonly asset: FingerprintedAsset };
  readonly unread: unknown;
}

/** An earlier attempt of the same run is done with an asset, whatever it came to. */
export interface EarlierLook {
  readonly at: Date;
  /** True where that stands; otherwise the asset must still be at its version, which is then set. */
  readonly stands: boolean;
}

/** A stored asset with its hashes as everybody else knows them. */
export const unpacked = ({ hashes, ...asset }: StoredAsset): FingerprintedAsset => ({
  ...asset,
  ...hashes.unpack(),
});

/**
 * What an entry lacks of what a run wants to know; undefined where it does not count any more. A failure is tried again, because most pass; not so
 * a crash of the decoder (quarantine). What this version could not read, another may.
 */
export function lackOf(entry: CacheEntry<'stored'>, craft: Craft): Lack | undefined {
  const { asset } = entry;
  if (!asset) return undefined;
  if (asset.unread?.kind === 'failed' && asset.unread.code !== 'decode-crashed') return undefined;
  if (asset.unread && entry.tool !== craft.tool) return undefined;
  if (asset.unread?.kind === 'skipped' && mayBeHad(asset.unread.reason, asset)) return undefined;
  const missing = Object.keys(craft.recipes).filter((algorithm) => isStale(algorithm, entry, craft));
  const reopen = craft.inside !== undefined && asset.opened?.how !== howOf(asset, craft.inside);
  return { missing, reopen };
}

const isStale = (algorithm: string, made: Craft, craft: Craft): boolean =>
  made.look !== craft.look ||
  made.recipes[algorithm] === undefined ||
  (craft.recipes[algorithm] !== undefined && craft.recipes[algorithm] !== made.recipes[algorithm]);

/** What of an entry still counts, given what it lacks. */
export function knownOf(
  entry: CacheEntry<'stored'>,
  craft: Craft,
  lack = lackOf(entry, craft),
): Known | undefined {
  if (!lack) return undefined;
  const { missing, reopen } = lack;
  const asset = unpacked(entry.asset!);
  const counts = missing.length === 0 ? asset : withoutPixels(asset, (name) => isStale(name, entry, craft));
  return { asset: counts, missing, ...(reopen ? { reopen } : {}) };
}

/** Whether another run may read what this one skipped, with the same version of the program: a helper was installed, videos are wanted. */
const mayBeHad = (reason: string, { facts }: StoredAsset): boolean =>
  reason === 'decoder-missing' ||
  (reason === 'switched-off' && /^video\/|^application\/ogg$|^audio\/mp4$/.test(facts.mediaType));

/** How it is to be looked into. A piece of a file has no pieces. */
const howOf = ({ ref, facts }: StoredAsset, { how, mediaTypes }: NonNullable<Craft['inside']>) =>
  ref.part === undefined && (mediaTypes?.includes(facts.mediaType) ?? true) ? how : undefined;

/** True where nothing is lacking. */
export const isSettled = (lack: Lack | undefined): boolean =>
  lack !== undefined && lack.missing.length === 0 && !lack.reopen;

/** What to store of an asset that was read, given what was stored and known of it. */
export function computedEntry(
  asset: FingerprintedAsset,
  { inside: _, ...craft }: Craft,
  stored?: CacheEntry<'stored'>,
  known?: Known,
): CacheEntry<'computed'> {
  const same = known && stored?.look === craft.look && isSameFile(known.asset, asset);
  return {
    state: 'computed',
    ...craft,
    recipes: { ...(same ? stored.recipes : {}), ...craft.recipes },
    asset,
  };
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
