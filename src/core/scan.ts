import { StageError } from './errors.js';
import { isPoorThumbnail, pickProblem } from './judge.js';
import { isOutOfMemory, outOfMemoryCode, outOfMemoryMessage } from './out-of-memory.js';
import { isUnseen } from './summary.js';
import type {
  Asset,
  AssetFacts,
  AssetRef,
  Fingerprint,
  FingerprintedAsset,
  Frame,
  Problem,
  ScanResult,
  Unread,
  Withheld,
} from './types.js';
import { graver, unreadBecause } from './unread.js';
import { type Unseen, unseenResult } from './unseen.js';

/** The pixels of an asset, one frame at a time. Not JSON-safe. */
export interface DecodedAsset {
  /** Pixels. Absent, like `frames`, for a video. */
  readonly width?: number;
  /** Pixels. */
  readonly height?: number;
  /** Number of frames in the file. */
  readonly frames?: number;
  /**
   * For a video, the time in seconds of every frame that was looked at, by the frame's index; final once `bitmaps` has
   * ended.
   */
  readonly times?: () => readonly number[];
  /** The frames, one after the other. Raises StageError where one cannot be decoded. */
  readonly bitmaps: AsyncIterable<Frame>;
  /** True where the file is damaged and was decoded in part; final once `bitmaps` has ended. */
  readonly degraded: () => boolean;
  /**
   * True where frames were left out because there are too many; final once `bitmaps` has ended. Absent: every frame was
   * looked at.
   */
  readonly sampled?: () => boolean;
}

/** An asset inside another. It has bytes, or a reason why they could not be read, or both where they are damaged. */
export interface Inside {
  /** Path inside the container, as the container stores it. */
  readonly member?: string;
  /** Instead of `member`, for a piece without a name: which piece of the asset it is. */
  readonly part?: string;
  /** The bytes; absent where they could not be read. */
  readonly bytes?: Uint8Array;
  /** Why the bytes could not be read, or are damaged. */
  readonly unread?: Unread;
}

/** An asset whose contents are being read. Not JSON-safe. */
export interface Opening {
  /** Identifies what is searched for and within which limits: see `Opened`. */
  readonly how: string;
  /** True for a picture, which is also decoded itself. */
  readonly isPicture: boolean;
  /** The assets inside, one after the other. Raises StageError where a limit is reached or the container is damaged. */
  readonly contents: AsyncIterable<Inside>;
}

/**
 * The functions that the line gets from outside; `src/scanner` makes them. For expected failures they raise StageError
 * or Skip.
 */
export interface FingerprintPorts {
  /** Reads an asset. Returns undefined, having read nothing, where the asset still has the version `unless`. */
  fetch(ref: AssetRef, signal?: AbortSignal, unless?: string): Promise<Asset | undefined>;
  /** Finds out the media type from the bytes. */
  sniff(bytes: Uint8Array): string;
  /** Makes the digests of the bytes; always md5, sha1 and sha256, which every event carries. */
  digest(asset: Asset, signal?: AbortSignal): Promise<Fingerprint[]> | Fingerprint[];
  /**
   * Opens the contents of an asset; undefined for a media type whose contents are not searched. An asset inside another
   * (`outer`) shares that one's limits. Where this function is absent, no contents are searched.
   */
  open?(asset: Asset, mediaType: string, outer?: Opening): Opening | undefined;
  /** False where no pixel algorithm is wanted; then nothing is decoded. */
  readonly wantsPixels: boolean;
  /** Decodes an asset. Raises Skip for a file that is no picture, and for a picture in a format that cannot be read. */
  decode(asset: Asset, mediaType: string): Promise<DecodedAsset>;
  /**
   * Hashes every view of a frame with every pixel algorithm, or only those of `only`. `index` is absent for an asset of
   * one frame.
   */
  fingerprint(frame: Frame, index?: number, only?: readonly string[]): (Fingerprint | Withheld)[];
}

/** What is missing of an asset that was fingerprinted before. */
export interface Lack {
  /** Pixel algorithms whose fingerprints are missing. */
  readonly missing: readonly string[];
  /**
   * True where its contents must be searched again: because that is now done otherwise, or for one of the assets
   * inside.
   */
  readonly reopen?: boolean;
}

/** What an earlier run knows of an asset. It is only valid while the bytes are the same. */
export interface Known extends Lack {
  /** The asset, without what `missing` names. */
  readonly asset: FingerprintedAsset;
}

/** How the first half of the line ends for one asset. */
export type Answer = FingerprintedAsset | Unseen;

/** How far an earlier attempt at an asset came, which crashed its process. */
export interface Again {
  /** Number of answers that the earlier attempt gave; they are left out now. */
  readonly answered: number;
  /** The crash, where the next answer must be made without decoding. */
  readonly crash?: Problem | undefined;
}

/**
 * The first half of the line, in this process (`fingerprintLine`) or another: gives an answer for every asset inside,
 * at any depth, and last one for the asset itself. Does not fetch an asset that is handed in with its bytes.
 */
export type FingerprintLine = (
  target: AssetRef | Asset,
  signal?: AbortSignal,
  known?: Known,
) => AsyncIterable<Answer>;

/** The two halves of the line. */
export interface ScanPorts {
  /** Fingerprints an asset. */
  readonly fingerprint: FingerprintLine;
  /** Judges an asset once it is fingerprinted; called once for each. */
  readonly judge: (asset: FingerprintedAsset) => ScanResult;
}

/**
 * The line of the program: fetch → digest → open → decode → views → fingerprint → match. Every asset gets exactly one
 * result, and those inside an asset come before it. An unexpected error in opening or decoding an asset gives the
 * failed result `decode/defect`; elsewhere it is thrown, as is the reason of an abort.
 */
export async function* scanAsset(
  target: AssetRef | Asset,
  ports: ScanPorts,
  signal?: AbortSignal,
): AsyncGenerator<ScanResult> {
  for await (const asset of ports.fingerprint(target, signal)) {
    const result = 'outcome' in asset ? asset : ports.judge(asset);
    if (!isPoorThumbnail(result)) yield result;
  }
}

/** See `FingerprintLine`. An asset whose bytes cannot be read gets a failed result. */
export async function* fingerprintLine(
  target: AssetRef | Asset,
  ports: FingerprintPorts,
  signal?: AbortSignal,
  known?: Known,
  again?: Again,
): AsyncGenerator<Answer> {
  signal?.throwIfAborted();
  const fetched = (ref: AssetRef) =>
    orFailed(ref, () => ports.fetch(ref, signal, settledVersion(known)), signal);
  const asset = 'bytes' in target ? target : await fetched(target);
  if (asset === undefined) yield known!.asset;
  else if ('outcome' in asset) yield asset;
  else yield* lookAt(asset, { ports, signal, nextStep: steps(again) }, { known, unread: unreadOf(asset) });
}

const unreadOf = ({ problem }: Asset): Unread | undefined => problem && { kind: 'failed', ...problem };

/** Runs `work`. Turns a StageError, and an error for lack of memory, into the failed result of the asset. */
export async function orFailed<T>(
  ref: AssetRef,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T | Unseen> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof StageError || isOutOfMemory(error))) throw error;
    const problem =
      error instanceof StageError
        ? pickProblem(error)
        : ({ stage: 'fetch', code: outOfMemoryCode, message: outOfMemoryMessage } as const);
    return unseenResult(ref, { kind: 'failed', ...problem });
  }
}

/**
 * Only digests an asset that must be neither decoded nor opened because of `problem`: a file that crashes the decoder.
 * A listed file is found nevertheless.
 */
export async function digestOnly(
  ref: AssetRef,
  ports: FingerprintPorts,
  problem: Problem,
  signal?: AbortSignal,
): Promise<Answer> {
  const asset = await orFailed(ref, () => ports.fetch(ref, signal), signal);
  if ('outcome' in asset!) return asset;
  return orFailed(ref, () => digested(asset!, { ports, signal }, problem), signal);
}

/** The version at which an asset need not be read again; undefined where something of it is missing. */
export const settledVersion = (known: Known | undefined): string | undefined =>
  known?.missing.length === 0 && !known.reopen ? known.asset.version : undefined;

interface Line {
  readonly ports: FingerprintPorts;
  readonly signal?: AbortSignal | undefined;
}
type Step = 'answered' | 'ordinary' | Problem;

/** Says, for each answer in order, whether to give it, to leave it out, or to make it without decoding. */
function steps({ answered, crash }: Again = { answered: 0 }): () => Step {
  let answer = 0;
  return () => {
    answer += 1;
    if (answer <= answered) return 'answered';
    return answer === answered + 1 && crash ? crash : 'ordinary';
  };
}

interface Looking {
  readonly known?: Known | undefined;
  /** The asset that this one is inside of. */
  readonly outer?: Opening;
  /** Why the bytes are not what they should be, if so. */
  readonly unread?: Unread | undefined;
}

/** Gives the answers of the assets inside an asset, then its own. */
async function* lookAt(
  asset: Asset,
  line: Line & { readonly nextStep: () => Step },
  { known, outer, unread }: Looking,
): AsyncGenerator<Answer> {
  const { ports, signal, nextStep } = line;
  const mediaType = ports.sniff(asset.bytes);
  let opening: Opening | undefined;
  let trouble = unread;
  try {
    opening = ports.open?.(asset, mediaType, outer);
    for await (const { bytes, unread, ...place } of opening?.contents ?? []) {
      signal?.throwIfAborted();
      const ref = refInside(asset.ref, place);
      if (bytes) yield* lookAt({ ref, bytes }, line, { outer: opening!, unread });
      else if (nextStep() !== 'answered') yield unseenResult(ref, unread!);
    }
  } catch (error) {
    signal?.throwIfAborted();
    const ended = unreadBecause(error);
    // Where the bytes are not what they should be, only that is reported.
    trouble = unread?.kind === 'failed' ? unread : graver(unread, ended);
  }
  const own = nextStep();
  if (own === 'answered') return;
  const looked = { known, opening, trouble };
  const work = () =>
    own === 'ordinary' ? fingerprintAsset(asset, mediaType, line, looked) : digested(asset, line, own);
  yield await orFailed(asset.ref, work, signal);
}

/** The ref of an asset inside another; the paths of nested members are joined by `!/`. */
function refInside({ part: _p, inline: _i, ...ref }: AssetRef, { member, part }: Inside): AssetRef {
  if (part !== undefined) return { ...ref, part };
  return { ...ref, member: ref.member === undefined ? member! : `${ref.member}!/${member}` };
}

/** The answer with digests only, because of `problem`. */
async function digested(
  asset: Asset,
  { ports, signal }: Line,
  problem: Problem,
): Promise<FingerprintedAsset> {
  const fingerprints = await ports.digest(asset, signal);
  const facts = { mediaType: ports.sniff(asset.bytes), size: sizeOf(asset) };
  return { ...baseOf(asset), facts, fingerprints, withheld: [], unread: { kind: 'failed', ...problem } };
}

const sizeOf = ({ size, bytes }: Asset): number => size ?? bytes.length;
const baseOf = ({ ref, version }: Asset) => ({ ref, ...(version === undefined ? {} : { version }) });

/**
 * The answer of an asset itself, up to its fingerprints. Where the pixels cannot be read, the answer says so. For bytes
 * that are known, only the missing fingerprints are computed. Raises StageError where the bytes of a file turn out to
 * be unreadable.
 */
async function fingerprintAsset(
  asset: Asset,
  mediaType: string,
  { ports, signal }: Line,
  {
    known,
    opening,
    trouble,
  }: { known?: Known | undefined; opening?: Opening | undefined; trouble?: Unread | undefined },
): Promise<FingerprintedAsset> {
  const digests = await ports.digest(asset, signal);
  const opened = opening ? { opened: { how: opening.how } } : {};
  const base = { ...baseOf(asset), ...opened };
  const same = known && sameDigests(known.asset, digests) ? known : undefined;
  const facts: AssetFacts = { mediaType, size: sizeOf(asset), ...(asset.isCut ? { degraded: true } : {}) };
  const broken = trouble ? { unread: trouble } : {};
  if (!ports.wantsPixels) {
    // Every file has digests, so a file that is no picture is complete with them.
    const isNoPicture = trouble?.kind === 'skipped' && !isUnseen(trouble.reason);
    return { ...base, facts, fingerprints: digests, withheld: [], ...(isNoPicture ? {} : broken) };
  }
  if (opening && !opening.isPicture)
    return { ...base, facts, fingerprints: digests, withheld: [], ...broken };
  if (same?.missing.length === 0) return { ...bare(same.asset), ...base, ...broken };
  const fingerprints = [...digests, ...(same?.asset.fingerprints.filter((f) => f.view !== undefined) ?? [])];
  const withheld: Withheld[] = [...(same?.asset.withheld ?? [])];
  let seen: Partial<AssetFacts> = {};
  let decoded: DecodedAsset | undefined;
  let hashed = 0;
  try {
    decoded = await ports.decode(asset, mediaType);
    seen = sizesOf(decoded);
    const isOne = decoded.frames === 1;
    for await (const frame of decoded.bitmaps) {
      signal?.throwIfAborted();
      hashed += 1;
      for (const answer of ports.fingerprint(frame, isOne ? undefined : frame.index, same?.missing)) {
        if ('hex' in answer) fingerprints.push(answer);
        else withheld.push(answer);
      }
    }
    return { ...base, facts: { ...facts, ...seenOf(decoded, hashed) }, fingerprints, withheld, ...broken };
  } catch (error) {
    signal?.throwIfAborted();
    const unread = graver(trouble, unreadBecause(error));
    // Also where decoding failed midway, the answer must say how many frames were hashed, and when they occur: a video
    // tells its times at its end.
    if (decoded && hashed > 0) seen = seenOf(decoded, hashed);
    return { ...base, facts: { ...facts, ...seen }, fingerprints, withheld, unread };
  }
}

/** The facts of an asset of which this many frames were hashed. */
const seenOf = (decoded: DecodedAsset, hashed: number): Partial<AssetFacts> => ({
  ...sizesOf(decoded),
  ...hashedOf(decoded, hashed),
  ...(decoded.degraded() ? { degraded: true } : {}),
  ...(decoded.sampled?.() ? { sampled: true } : {}),
});

function sizesOf({ width, height, frames, times }: DecodedAsset): Partial<AssetFacts> {
  if (times) return times().length > 0 ? { frames: times().length, times: times() } : {};
  return { width: width!, height: height!, frames: frames! };
}

/** The number of frames that were hashed, where that is not all. */
function hashedOf({ frames, times }: DecodedAsset, hashed: number): Partial<AssetFacts> {
  return hashed < (times?.().length ?? frames!) ? { framesHashed: hashed } : {};
}

/** True where every digest is the same, and so are the bytes. */
const sameDigests = (known: FingerprintedAsset, digests: readonly Fingerprint[]): boolean =>
  digests.every(({ algorithm, hex }) =>
    known.fingerprints.some((f) => f.algorithm === algorithm && f.hex === hex),
  );

/** The part of an answer that is true of the same bytes anywhere and at any time. */
const bare = ({ version: _v, opened: _o, ...asset }: FingerprintedAsset): FingerprintedAsset => asset;
