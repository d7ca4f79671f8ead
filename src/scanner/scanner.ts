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
import { createReader, type Reader, type ReaderOptions, unreadResult } from './reader.js';

/** What a scanner needs. Each option has a default: that of `hashsieve scan`, unless the option says otherwise. */
export interface ScannerOptions extends ReaderOptions, JudgeOptions, Partial<ListSet> {}

type ReaderPart = Pick<Reader, 'algorithms' | 'recipes' | 'look' | 'inside' | 'map' | 'unchanged' | 'close'>;

/** A reader, and a judge that `useLists` can replace. It holds processes and connections: close it. */
export interface Scanner extends ReaderPart, Judge {
  /**
   * Scans one asset: gives a result for everything inside it, then exactly one for the asset itself. Rejects only for a
   * defect, when `signal` aborts, or when the scanner is closed. Leaving the loop early (`break`) stops the work.
   */
  scanAsset(ref: AssetRef, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /**
   * Scans bytes, such as an upload. The scanner hands them to the decoder and writes them nowhere; they must not change
   * before the last result is there. More than `limits.maxBytes` of them give the failed result `fetch/too-large`.
   * Raises UsageError at once where `bytes` is no byte array, and where `uri` is no absolute URI.
   * @example
   * for await (const result of scanner.scanBytes(body, { name: 'cat.jpg' }))
   *   if (result.outcome !== 'clear') refuse(result);
   */
  scanBytes(bytes: Uint8Array | ArrayBuffer, options?: BytesOptions): AsyncGenerator<ScanResult>;
  /**
   * Scans many assets as `scanAsset` does each, in their order, in bounded memory. After an abort it gives the results
   * that are ready.
   */
  scan(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /** Fingerprints without matching. What could not be read, or was passed over, comes as its result. */
  readonly fingerprint: Reader['fingerprintAll'];
  /**
   * Replaces all lists that the scanner matches against; without `allow` it has no allow list afterwards. Work in
   * progress goes on, and nothing is read again: the scanner judges an asset as soon as its fingerprints are there, by
   * the lists that it has at that moment. So it may judge what is inside an archive by the old lists, and the archive
   * itself by the new ones. Compiled lists that were replaced may be closed afterwards. Raises UsageError, and changes
   * nothing, for a threshold out of range, and for a list none of whose algorithms the scanner computes: name them all
   * in the option `algorithms`.
   */
  useLists(lists: ListSet): void;
  /** The public record of a match, with the lists that found it, even where the scanner has others by now. */
  readonly event: Judge['event'];
}

/**
 * Makes a scanner; the only place that knows both halves of the line. Raises UsageError for a threshold out of range,
 * for a list none of whose algorithms is computed, and where the system gives WebAssembly no memory.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * const scanner = createScanner({ lists: [list] });
 * for await (const result of scanner.scan(sources.directory({ path: './uploads' }).list()))
 * console.log(result.outcome);
 * await scanner.close();
 */
export function createScanner(options: ScannerOptions = {}): Scanner {
  const { lists = [], allow, thresholds, strictness, maxExpected, showHashes, ...reading } = options;
  const known = knownAlgorithms(options.algorithms, { plugins: options.plugins });
  const reader = createReader({ ...reading, algorithms: options.algorithms ?? algorithmsOf(lists, known) });
  const { algorithms, recipes, look, inside, map, unchanged, close } = reader;
  const judgeOf = (next: ListSet): Judge => {
    requireComputed(next.lists, algorithms, known);
    return createJudge(next, options);
  };
  let judge = judgeOf({ lists, ...(allow && { allow }) });
  /** Which judge found a match, so that its event names that judge's lists. */
  const judgedBy = new WeakMap<ScanResult, Judge>();
  const judgeNow: ScanPorts['judge'] = (asset) => {
    const result = judge.judge(asset);
    if (result.outcome === 'matched') judgedBy.set(result, judge);
    return result;
  };
  const line: ScanPorts = { fingerprint: reader.fingerprint, judge: judgeNow };
  return {
    ...{ algorithms, recipes, look, inside, map, unchanged, close },
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
    get allowance() {
      return judge.allowance;
    },
    scanAsset: (ref, signal) => scanAsset(ref, line, signal),
    scanBytes: (bytes, about = {}) => scanAsset(assetOfBytes(bytes, about), line, about.signal),
    scan: (refs, signal) =>
      map(
        refs,
        (item, fingerprint) =>
          item.kind === 'asset'
            ? scanAsset(item.ref, { fingerprint, judge: judgeNow }, signal)
            : unreadResult(item),
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
 * Scans the bytes of one upload in this process, as `Scanner.scanBytes`, with a scanner of its own. For several uploads
 * make one scanner: it keeps its indexes, and decodes in processes that may crash.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * for await (const result of scanBytes(await readFile('cat.jpg'), { lists: [list], name: 'cat.jpg' }))
 * console.log(result.outcome);
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

/**
 * Raises UsageError for a list that could match nothing because none of its algorithms is computed: the scan would seem
 * clear.
 */
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
export { loadAlgorithm } from '../fingerprints/index.js';
export { type Strictness, strictnesses } from './confidence.js';
export { type FingerprintOptions, userAgentOf, type WebOptions, type WorkerSetup } from './options.js';
export { wirePorts } from './ports.js';
