import {
  identitiesOf,
  type KnownHashes,
  printable,
  type ScanPorts,
  scanAsset,
  UsageError,
} from '../core/index.js';
import type { AssetRef, ScanResult } from '../core/types.js';
import { type KnownAlgorithms, knownAlgorithms } from '../fingerprints/index.js';
import type { Sourced } from '../sources/types.js';
import { assetOfBytes, type BytesOptions } from './bytes.js';
import { algorithmsOf, createJudge, type Judge, type JudgeOptions, type ListSet } from './judge.js';
import { createReader, onePassed, type Reader, type ReaderOptions } from './reader.js';

/** What a scanner is made of; everything has a default, which is that of `hashsieve scan` where the option does not say otherwise. */
export interface ScannerOptions extends ReaderOptions, JudgeOptions, Partial<ListSet> {}

type ReaderPart = Pick<
  Reader,
  'algorithms' | 'recipes' | 'look' | 'inside' | 'map' | 'unchanged' | 'passed' | 'close'
>;

/** A wired pipeline: a reader, and a judge that can be exchanged under it. Holds processes and connections: close it. */
export interface Scanner extends ReaderPart, Judge {
  /**
   * One asset: a result for everything inside it, then exactly one for itself. Rejects only for a defect, when `signal`
   * aborts, or when the scanner is closed. It may be left early: `break` stops the work on it.
   */
  scanAsset(ref: AssetRef, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /**
   * The same of bytes, such as an upload: they are handed to the decoder and written nowhere. More of them than `limits.maxBytes`
   * are the failed result `fetch/too-large`. They must not change until the last result is there. Raises UsageError at once for
   * what is no bytes, and for a `uri` that is no absolute URI.
   * @example
   * for await (const result of scanner.scanBytes(body, { name: 'cat.jpg' }))
   *   if (result.outcome !== 'clear') refuse(result);
   */
  scanBytes(bytes: Uint8Array | ArrayBuffer, options?: BytesOptions): AsyncGenerator<ScanResult>;
  /** Many assets: as `scanAsset` each, in their order, in bounded memory; after an abort, what is done. */
  scan(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /** Fingerprints without matching; what could not be read or was passed over comes as its result. */
  readonly fingerprint: Reader['fingerprintAll'];
  /**
   * Puts other lists in the place of all that the scanner matches against; without `allow` no allow list is left. Nothing that is
   * under way is lost or read again: an asset is judged, all at once, by the lists that are there when its judging begins, which is when
   * its fingerprints are there. So what is inside an archive may be judged by the lists before, and the archive by those after.
   * Compiled lists that were replaced may be closed afterwards. Raises UsageError, and changes nothing, for a threshold out of
   * range, and for a list of which the scanner computes no algorithm: name them all in the option `algorithms`.
   */
  useLists(lists: ListSet): void;
  /** The public record of a match, with the lists that found it, whichever the scanner uses now. */
  readonly event: Judge['event'];
}

/**
 * Composition root: the only place that knows both halves of the line. Raises UsageError for a threshold out of range, for a list of
 * which no algorithm is computed, and where the system gives no memory for WebAssembly.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * const scanner = createScanner({ lists: [list] });
 * for await (const result of scanner.scan(sources.directory({ path: './uploads' }).list())) console.log(result.outcome);
 * await scanner.close();
 */
export function createScanner(options: ScannerOptions = {}): Scanner {
  const { lists = [], allow, thresholds, strictness, maxExpected, showHashes, ...reading } = options;
  const known = knownAlgorithms(options.algorithms);
  const reader = createReader({ ...reading, algorithms: options.algorithms ?? algorithmsOf(lists, known) });
  const { algorithms, recipes, look, inside, map, unchanged, passed, close } = reader;
  const judgeOf = (next: ListSet): Judge => {
    requireComputed(next.lists, algorithms, known);
    return createJudge(next, options);
  };
  let judge = judgeOf({ lists, ...(allow && { allow }) });
  /** Whose lists the event of a match names. */
  const judgedBy = new WeakMap<ScanResult, Judge>();
  const judgeNow: ScanPorts['judge'] = (asset) => {
    const result = judge.judge(asset);
    if (result.outcome === 'matched') judgedBy.set(result, judge);
    return result;
  };
  const line: ScanPorts = { fingerprint: reader.fingerprint, judge: judgeNow };
  return {
    ...{ algorithms, recipes, look, inside, map, unchanged, passed, close },
    get lists() {
      return judge.lists;
    },
    get allowed() {
      return judge.allowed;
    },
    get thresholds() {
      return judge.thresholds;
    },
    get thresholdsByLook() {
      return judge.thresholdsByLook;
    },
    get expectedByChance() {
      return judge.expectedByChance;
    },
    scanAsset: (ref, signal) => scanAsset(ref, line, signal),
    scanBytes: (bytes, about = {}) => scanAsset(assetOfBytes(bytes, about), line, about.signal),
    scan: (refs, signal) =>
      map(
        refs,
        (item, fingerprint) =>
          onePassed(passed(item)) ?? scanAsset(item as AssetRef, { fingerprint, judge: judgeNow }, signal),
        signal,
      ),
    fingerprint: reader.fingerprintAll,
    match: (fingerprint, frames) => judge.match(fingerprint, frames),
    matches: (fingerprint, frames) => judge.matches(fingerprint, frames),
    screen: (hashes) => judge.screen(hashes),
    judge: judgeNow,
    event: (result, scanId, now) => (judgedBy.get(result) ?? judge).event(result, scanId, now),
    useLists(next) {
      judge = judgeOf(next);
    },
  };
}

/**
 * Scans the bytes of one upload in this process, with a scanner of its own: as `Scanner.scanBytes`. Whoever has several makes one
 * scanner, which keeps its indexes and decodes in processes that may crash.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * for await (const result of scanBytes(await readFile('cat.jpg'), { lists: [list], name: 'cat.jpg' })) console.log(result.outcome);
 */
export async function* scanBytes(
  bytes: Uint8Array | ArrayBuffer,
  { name, uri, page, signal, ...options }: ScannerOptions & BytesOptions = {},
): AsyncGenerator<ScanResult> {
  const about = { name, uri, page, signal };
  const scanner = createScanner({ workers: 0, ...options });
  try {
    yield* scanner.scanBytes(bytes, about);
  } finally {
    await scanner.close();
  }
}

/** Raises UsageError for a list that could match nothing, because none of its algorithms is computed: that would look like a clear result. */
function requireComputed(
  lists: readonly KnownHashes[],
  computed: readonly string[],
  known: KnownAlgorithms,
): void {
  for (const list of lists) {
    const held = [...list.columns.keys()];
    const isComputed = (name: string) => known.get(name).kind === 'bytes' || computed.includes(name);
    if (held.some(isComputed)) continue;
    const names = identitiesOf(list).map(({ name }) => printable(name));
    throw new UsageError(
      `list ${names.join(', ')} holds only ${held.join(', ')}, which this scanner does not compute: name it in the option ` +
        `algorithms when the scanner is made`,
    );
  }
}

export { type InsideKind, insideKinds } from '../containers/index.js';
export { load as loadDecoder } from '../decoders/index.js';
export { type Strictness, strictnesses } from './confidence.js';
export { type FingerprintOptions, userAgentOf, type WebOptions } from './options.js';
export { wirePorts } from './ports.js';
