import type { PackedHashes } from './hashes.js';
import { judge } from './judge.js';
import type { Known, Lack } from './scan.js';
import type { AssetFacts, FingerprintedAsset, ScanResult, Unread, Withheld } from './types.js';
import type { Unseen } from './unseen.js';

/**
 * What decides the fingerprints of an asset besides its bytes. Two runs with equal settings make the same fingerprints
 * of the same bytes.
 */
export interface FingerprintSettings {
  /** Recipes by pixel algorithm. */
  readonly recipes: Readonly<Record<string, string>>;
  /** Identifies the views and frames that are fingerprinted. */
  readonly look: string;
  /** Version of hashsieve. */
  readonly tool: string;
  /**
   * How containers are searched, and which media types count as containers where not all do. Absent where a caller does
   * not compare this.
   */
  readonly inside?: { readonly how: string; readonly mediaTypes?: readonly string[] };
}

/** An asset as the ledger stores it. */
export interface StoredAsset extends Omit<FingerprintedAsset, 'fingerprints' | 'withheld'> {
  /** Its hashes, packed. */
  readonly hashes: PackedHashes;
}

/**
 * What the ledger keeps of an asset, on its way through a run:
 *
 * 1. `stored`: the ledger looked it up (`Ledger.recall`). `lackOf` says what of it the run can use.
 * 2. What the run makes of it (`src/runs/cached-scan.ts`):
 *    - `used`: the asset has not changed and lacks nothing. It was not read; its hashes were matched again.
 *    - `computed`: the asset was read. The ledger replaces its entry by this.
 *    - `unread`: its bytes could not be read. The ledger keeps what it has.
 * 3. The ledger stores that beside the result (`LedgerRun.settle`).
 */
export type CacheEntry<S extends keyof States = keyof States> = {
  [State in S]: { readonly state: State } & States[State];
}[S];

interface States {
  readonly stored: FingerprintSettings & {
    /** Number of the row in the ledger. */
    readonly row: number;
    /** Absent where the bytes could never be read. */
    readonly asset?: StoredAsset;
    /** The outcome, where there is no `asset` and reading it again would not change the outcome. */
    readonly unseen?: Unseen;
    readonly earlier?: EarlierLook;
  };
  readonly used: { readonly row: number; readonly earlier?: EarlierLook | undefined };
  readonly computed: FingerprintSettings & { readonly asset: FingerprintedAsset };
  readonly unread: unknown;
}

/** The outcome that an earlier attempt of the same run noted for an asset. */
export interface EarlierLook {
  /** When the attempt noted the outcome. */
  readonly at: Date;
  /**
   * True where the outcome holds without a check; otherwise it only holds while the asset is at `version`, which is
   * then set.
   */
  readonly stands: boolean;
}

/** A stored asset with its hashes unpacked. */
export const unpacked = ({ hashes, ...asset }: StoredAsset): FingerprintedAsset => ({
  ...asset,
  ...hashes.unpack(),
});

/**
 * What an entry lacks of what a run needs; undefined where the whole entry must be computed again. That is so for a
 * failure, because most failures pass, but not for a crash of the decoder (quarantine); and for an asset that another
 * version of hashsieve could not read.
 */
export function lackOf(entry: CacheEntry<'stored'>, settings: FingerprintSettings): Lack | undefined {
  const { asset } = entry;
  if (!asset) return undefined;
  if (asset.unread?.kind === 'failed' && asset.unread.code !== 'decode-crashed') return undefined;
  if (asset.unread && entry.tool !== settings.tool) return undefined;
  if (asset.unread?.kind === 'skipped' && mayBeHad(asset.unread.reason, asset)) return undefined;
  const missing = Object.keys(settings.recipes).filter((algorithm) => isStale(algorithm, entry, settings));
  const reopen = settings.inside !== undefined && asset.opened?.how !== howOf(asset, settings.inside);
  return { missing, reopen };
}

const isStale = (algorithm: string, made: FingerprintSettings, settings: FingerprintSettings): boolean =>
  made.look !== settings.look ||
  made.recipes[algorithm] === undefined ||
  (settings.recipes[algorithm] !== undefined && settings.recipes[algorithm] !== made.recipes[algorithm]);

/** The part of an entry that is still valid, given what it lacks. */
export function knownOf(
  entry: CacheEntry<'stored'>,
  settings: FingerprintSettings,
  lack = lackOf(entry, settings),
): Known | undefined {
  if (!lack) return undefined;
  const { missing, reopen } = lack;
  const asset = unpacked(entry.asset!);
  const counts =
    missing.length === 0 ? asset : withoutPixels(asset, (name) => isStale(name, entry, settings));
  return { asset: counts, missing, ...(reopen ? { reopen } : {}) };
}

/**
 * True where this version of hashsieve may now read what an earlier run skipped: because a helper was installed, or
 * videos were switched on.
 */
const mayBeHad = (reason: string, { facts }: StoredAsset): boolean =>
  reason === 'decoder-missing' ||
  (reason === 'switched-off' && /^video\/|^application\/ogg$|^audio\/mp4$/.test(facts.mediaType));

/** How this asset is to be searched for contents. A piece of a file has no pieces. */
const howOf = (
  { ref, facts }: StoredAsset,
  { how, mediaTypes }: NonNullable<FingerprintSettings['inside']>,
) => (ref.part === undefined && (mediaTypes?.includes(facts.mediaType) ?? true) ? how : undefined);

/** True where nothing is lacking. */
export const isSettled = (lack: Lack | undefined): boolean =>
  lack !== undefined && lack.missing.length === 0 && !lack.reopen;

/** What to store for an asset that was read, given what was stored and valid before. */
export function computedEntry(
  asset: FingerprintedAsset,
  { inside: _, ...settings }: FingerprintSettings,
  stored?: CacheEntry<'stored'>,
  known?: Known,
): CacheEntry<'computed'> {
  const same = known && stored?.look === settings.look && isSameFile(known.asset, asset);
  return {
    state: 'computed',
    ...settings,
    recipes: { ...(same ? stored.recipes : {}), ...settings.recipes },
    asset,
  };
}

/**
 * The asset as a run records it that computes only the algorithms of these settings. A run without pixel algorithms
 * decodes nothing.
 */
export function restrictedTo(asset: FingerprintedAsset, settings: FingerprintSettings): FingerprintedAsset {
  if (decodesNothing(settings)) {
    const { ref, fingerprints, unread } = withoutPixels(asset, () => true);
    const kept = unread && isOfBytes(unread, asset.facts) ? { unread } : {};
    return { ref, facts: restrictedFacts(asset, settings), fingerprints, withheld: [], ...kept };
  }
  const foreign = (algorithm: string) => settings.recipes[algorithm] === undefined;
  return withoutPixels(asset, foreign);
}

/**
 * The result of a stored asset that no listed hash is near. Most assets of a rescan come here, so it unpacks no hashes.
 */
export function unmatched(asset: StoredAsset, settings: FingerprintSettings): ScanResult {
  if (asset.unread || asset.hashes.isPartly)
    return judge(restrictedTo(unpacked(asset), settings), { match: () => [] });
  return new Clear(asset, settings);
}

const none: readonly Withheld[] = [];

/** A clear result that unpacks its fingerprints when they are first read. */
class Clear {
  readonly outcome = 'clear';
  readonly withheld = none;
  readonly ref;
  readonly facts;
  readonly #asset;
  readonly #settings;

  constructor(asset: StoredAsset, settings: FingerprintSettings) {
    this.ref = asset.ref;
    this.facts = restrictedFacts(asset, settings);
    this.#asset = asset;
    this.#settings = settings;
  }

  get fingerprints() {
    return restrictedTo(unpacked(this.#asset), this.#settings).fingerprints;
  }
}

const decodesNothing = ({ recipes }: FingerprintSettings): boolean => {
  for (const _ in recipes) return false;
  return true;
};

function restrictedFacts({ facts }: Pick<FingerprintedAsset, 'facts'>, settings: FingerprintSettings) {
  return decodesNothing(settings) ? { mediaType: facts.mediaType, size: facts.size } : facts;
}

/**
 * True where an asset could not be read for a reason that has nothing to do with decoding pixels: its contents could
 * not be read.
 */
const isOfBytes = (unread: Unread, { mediaType }: AssetFacts): boolean => {
  if (unread.kind === 'failed') return unread.code !== 'decode-crashed';
  const isPicture = /^(image|video)\//.test(mediaType);
  return (
    ['encrypted', 'unknown-format'].includes(unread.reason) ||
    (unread.reason === 'unsupported-format' && !isPicture)
  );
};

/** True where both have the same bytes. */
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
