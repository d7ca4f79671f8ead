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

/** Pixels of an asset, one frame at a time. Not JSON-safe. */
export interface DecodedAsset {
  /** Absent, like `frames`, of a video. */
  readonly width?: number;
  readonly height?: number;
  readonly frames?: number;
  /** Of a video, seconds of every frame that was looked at, by its index; final once `bitmaps` has ended. */
  readonly times?: () => readonly number[];
  readonly bitmaps: AsyncIterable<Frame>;
  readonly degraded: () => boolean;
  /** Absent: every frame was looked at. */
  readonly sampled?: () => boolean;
}

/** Something inside an asset: bytes to look at, why they cannot be had, or both where they are not what they should be. */
export interface Inside {
  /** Path inside the container, as it is stored there. */
  readonly member?: string;
  /** Instead of `member`: what piece of the asset it is. */
  readonly part?: string;
  readonly bytes?: Uint8Array;
  readonly unread?: Unread;
}

/** An asset that is being looked into. Not JSON-safe. */
export interface Opening {
  /** How: see `Opened`. */
  readonly how: string;
  /** True for a picture, which is decoded besides. */
  readonly isPicture: boolean;
  /** One after the other, each once. Ends with a StageError where a limit is reached or the container is damaged. */
  readonly contents: AsyncIterable<Inside>;
}

/** What the line needs from outside; `scanner.ts` wires it. Expected failures are StageError or Skip. */
export interface FingerprintPorts {
  /** Undefined where the asset still is at the version `unless`: then nothing was read. */
  fetch(ref: AssetRef, signal?: AbortSignal, unless?: string): Promise<Asset | undefined>;
  /** Media type, told by the bytes. */
  sniff(bytes: Uint8Array): string;
  /** Digests of the bytes; always md5, sha1 and sha256, which every event carries. */
  digest(asset: Asset, signal?: AbortSignal): Promise<Fingerprint[]> | Fingerprint[];
  /**
   * What is inside an asset; undefined where nothing is looked for in its media type. An asset that is inside another
   * (`outer`) shares its limits. Without this nothing is looked into.
   */
  open?(asset: Asset, mediaType: string, outer?: Opening): Opening | undefined;
  /** False when no algorithm of pixels is asked for: then nothing is decoded. */
  readonly wantsPixels: boolean;
  /** Raises Skip for what is no picture, or one in a format that cannot be read. */
  decode(asset: Asset, mediaType: string): Promise<DecodedAsset>;
  /**
   * Every view of a frame under every algorithm of pixels, or `only` under those named. `index` is absent for an
   * asset of one frame.
   */
  fingerprint(frame: Frame, index?: number, only?: readonly string[]): (Fingerprint | Withheld)[];
}

/** What is still to be found out of an asset that was fingerprinted before. */
export interface Lack {
  /** Algorithms of pixels that are still to be computed. */
  readonly missing: readonly string[];
  /** True where it was not looked into as it is now, or something inside must be looked at again. */
  readonly reopen?: boolean;
}

/** What is known of an asset from an earlier run. It only counts where the bytes are still the same. */
export interface Known extends Lack {
  /** Holds nothing of what is missing. */
  readonly asset: FingerprintedAsset;
}

/** What the first half of the line says of one asset. */
export type Answer = FingerprintedAsset | Unseen;

/** Where an earlier attempt at an asset ended its process. */
export interface Again {
  /** Answers that were had before: they are not given again. */
  readonly answered: number;
  /** Set where the next answer is to be had without decoding: what happened when it was tried. */
  readonly crash?: Problem | undefined;
}

/**
 * The first half of the line, in this process (`fingerprintLine`) or in another: an answer for every asset inside, at
 * any depth, and one for the asset itself, which comes last. An asset whose bytes are there already is not fetched.
 */
export type FingerprintLine = (
  target: AssetRef | Asset,
  signal?: AbortSignal,
  known?: Known,
) => AsyncIterable<Answer>;

export interface ScanPorts {
  readonly fingerprint: FingerprintLine;
  /** Called once for each asset, when it is fingerprinted. */
  readonly judge: (asset: FingerprintedAsset) => ScanResult;
}

/**
 * The one line of the program: fetch → digest → open → decode → views → fingerprint → match.
 * Every asset ends in exactly one result, those inside it before itself. A defect of ours in opening or decoding it is the
 * failed result `decode/defect`; elsewhere it throws, and so does an abort.
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

/** See `FingerprintLine`. An asset whose bytes cannot be had is its failed result. */
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
  else yield* lookAt(asset, { ports, signal, turn: turns(again) }, { known, unread: unreadOf(asset) });
}

const unreadOf = ({ problem }: Asset): Unread | undefined => problem && { kind: 'failed', ...problem };

/** `work`; its StageError, and memory that was refused to it, as the failed result that it means for the asset. */
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
 * An asset that must be neither decoded nor looked into, for `problem`: a file that crashes the decoder. Its digests
 * are computed all the same, so that a listed file is found.
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

/** The version at which an asset need not be read again: only where nothing of it is missing. */
export const settledVersion = (known: Known | undefined): string | undefined =>
  known?.missing.length === 0 && !known.reopen ? known.asset.version : undefined;

interface Line {
  readonly ports: FingerprintPorts;
  readonly signal?: AbortSignal | undefined;
}
type Turn = 'answered' | 'ordinary' | Problem;

/** Tells of every answer, in their order, what is to be done. */
function turns({ answered, crash }: Again = { answered: 0 }): () => Turn {
  let turn = 0;
  return () => {
    turn += 1;
    if (turn <= answered) return 'answered';
    return turn === answered + 1 && crash ? crash : 'ordinary';
  };
}

interface Looking {
  readonly known?: Known | undefined;
  /** What the asset is inside of. */
  readonly outer?: Opening;
  /** Set where its bytes are not what they should be. */
  readonly unread?: Unread | undefined;
}

/** The answers of what is inside an asset, then its own. */
async function* lookAt(
  asset: Asset,
  line: Line & { readonly turn: () => Turn },
  { known, outer, unread }: Looking,
): AsyncGenerator<Answer> {
  const { ports, signal, turn } = line;
  const mediaType = ports.sniff(asset.bytes);
  let opening: Opening | undefined;
  let trouble = unread;
  try {
    opening = ports.open?.(asset, mediaType, outer);
    for await (const { bytes, unread, ...place } of opening?.contents ?? []) {
      signal?.throwIfAborted();
      const ref = refInside(asset.ref, place);
      if (bytes) yield* lookAt({ ref, bytes }, line, { outer: opening!, unread });
      else if (turn() !== 'answered') yield unseenResult(ref, unread!);
    }
  } catch (error) {
    signal?.throwIfAborted();
    const ended = unreadBecause(error);
    // Of bytes that are not what they should be, nothing else is worth telling.
    trouble = unread?.kind === 'failed' ? unread : graver(unread, ended);
  }
  const own = turn();
  if (own === 'answered') return;
  const looked = { known, opening, trouble };
  const work = () =>
    own === 'ordinary' ? fingerprintAsset(asset, mediaType, line, looked) : digested(asset, line, own);
  yield await orFailed(asset.ref, work, signal);
}

/** Ref of what is inside an asset that may be inside another: members are joined by `!/`. */
function refInside({ part: _p, inline: _i, ...ref }: AssetRef, { member, part }: Inside): AssetRef {
  if (part !== undefined) return { ...ref, part };
  return { ...ref, member: ref.member === undefined ? member! : `${ref.member}!/${member}` };
}

/** Digests and no more, because of `problem`. */
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
 * The answer of an asset itself, up to the fingerprints. Unreadable pixels are part of it. Of bytes that are known, only
 * what is missing is computed. Raises StageError where the bytes of a file cannot be read after all.
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
    // Digests are compared of every file, whatever it is.
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
    // What was found until then must say of how many frames it is, and when: a video tells its times at its end, whatever that is.
    if (decoded && hashed > 0) seen = seenOf(decoded, hashed);
    return { ...base, facts: { ...facts, ...seen }, fingerprints, withheld, unread };
  }
}

/** What is known of an asset of which so many frames were hashed. */
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

/** Frames that were hashed, where they are not all. */
function hashedOf({ frames, times }: DecodedAsset, hashed: number): Partial<AssetFacts> {
  return hashed < (times?.().length ?? frames!) ? { framesHashed: hashed } : {};
}

/** Every digest is the same: then so are the bytes. */
const sameDigests = (known: FingerprintedAsset, digests: readonly Fingerprint[]): boolean =>
  digests.every(({ algorithm, hex }) =>
    known.fingerprints.some((f) => f.algorithm === algorithm && f.hex === hex),
  );

/** What stays true of the same bytes wherever and whenever they are found. */
const bare = ({ version: _v, opened: _o, ...asset }: FingerprintedAsset): FingerprintedAsset => asset;
