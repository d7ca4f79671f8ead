import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { containerOf, filePath, fileUri, printable, StageError, UsageError } from '../core/index.js';
import type { Asset, AssetRef, DetectionEvent } from '../core/types.js';
import { digestOf, piecesOf } from '../evidence/index.js';
import type { EvidenceFile } from '../evidence/types.js';
import type { Fetcher } from '../fetchers/types.js';
import { reasonOf, version } from '../files/index.js';
import type { Reader } from '../scanner/index.js';

/** What identifies the asset of an event. Events of runs and of drafts both have it. */
export type Found = Pick<DetectionEvent, 'id' | 'uri' | 'member' | 'part' | 'digests'>;

/** The files of events, and the events whose file is not there as it was detected. */
export interface FoundFiles {
  readonly files: readonly EvidenceFile[];
  readonly left: readonly { readonly event: string; readonly reason: string }[];
}

/** How assets are read anew. */
export interface ReadAnew {
  /** Paths of files that may be the events' assets, such as ones that were moved. They are told by their digests. */
  readonly named: readonly string[];
  readonly allowPrivate?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** Bytes that were read, and where they can be read again. */
interface Source {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  /** Address of the file, URL or object. */
  readonly uri: string;
  readonly asset: AssetRef | Asset;
  read(): AsyncIterable<Uint8Array>;
}

/**
 * Reads the asset of every event anew. A file is taken only where its SHA-256 is still the one of the event; a container,
 * where one of the assets in it has that SHA-256. Raises UsageError where a named file cannot be read.
 */
export async function foundFiles(events: readonly Found[], how: ReadAnew): Promise<FoundFiles> {
  const reading = new AssetReading(how);
  const named: Source[] = [];
  for (const path of how.named) named.push(await sourceOfFile(path, how.signal));
  const taken = new Map<string, { readonly source: Source; readonly events: object[] }>();
  const left: { event: string; reason: string }[] = [];
  for (const event of events) {
    how.signal.throwIfAborted();
    const given = named.find(({ sha256 }) => sha256 === event.digests.sha256);
    const source = given ?? (await reading.sourceOf(event));
    if ('reason' in source) left.push({ event: event.id, reason: source.reason });
    else {
      const one = taken.get(source.uri) ?? { source, events: [] };
      const inside = source.sha256 !== event.digests.sha256 && { inside: event.uri.slice(source.uri.length) };
      one.events.push({ id: event.id, uri: event.uri, sha256: event.digests.sha256, ...inside });
      taken.set(source.uri, one);
    }
  }
  for (const source of named) if (!taken.has(source.uri)) taken.set(source.uri, { source, events: [] });
  await reading.close();
  const files = [...taken.values()].map(({ source, events: of }) => fileOf(source, of));
  return { files, left };
}

const fileOf = ({ name, size, sha256, uri, read }: Source, events: readonly object[]): EvidenceFile => ({
  ...{ folder: 'files', name, size, sha256, read },
  about: { uri, ...(events.length > 0 ? { events } : {}) },
});

/** A file of this machine, read once for its size and digest. Raises UsageError. */
export async function sourceOfFile(path: string | Buffer, signal: AbortSignal): Promise<Source> {
  const label = printable(path.toString());
  try {
    // A name that is no UTF-8 only comes from an event, whose path is absolute.
    const place = typeof path === 'string' ? resolve(path) : path;
    const uri = fileUri(typeof place === 'string' ? Buffer.from(place) : place);
    const { sha256, bytes } = await digestOf(place, signal);
    const read = () => piecesOf(place);
    return { name: basename(place.toString()), size: bytes, sha256, uri, asset: { uri }, read };
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UsageError(`file ${label} cannot be read: ${reasonOf(error)}`);
  }
}

type Answered = Source | { readonly reason: string };

/** Reads assets anew, each address once for all its events. */
class AssetReading {
  readonly #sources = new Map<string, Promise<Answered>>();
  #reader: Reader | undefined;
  #fetchers: Fetcher | undefined;

  constructor(private readonly how: ReadAnew) {}

  /** The asset of an event, or the container that it is in; or why it is not taken. */
  async sourceOf(event: Found): Promise<Answered> {
    const whole = await this.#opened(event.uri);
    if (!('reason' in whole) && whole.sha256 === event.digests.sha256) return whole;
    const uri = containerOf(event);
    const source = uri === event.uri ? whole : await this.#opened(uri);
    if ('reason' in source || source.sha256 === event.digests.sha256) return source;
    if (uri !== event.uri && (await this.#holds(source, event.digests.sha256))) return source;
    return { reason: 'its bytes are no longer those that were detected' };
  }

  #opened(uri: string): Promise<Answered> {
    const source = this.#sources.get(uri) ?? this.#open(uri);
    this.#sources.set(uri, source);
    return source;
  }

  async #open(uri: string): Promise<Answered> {
    try {
      if (uri.startsWith('file:')) return await sourceOfFile(Buffer.from(filePath(uri)), this.how.signal);
      const { bytes } = await (await this.#opener()).fetch({ uri }, this.how.signal);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const name = uri.replace(/[?#].*$/, '').replace(/^.*\//, '');
      const read = () => pieces(bytes);
      return { name, size: bytes.length, sha256, uri, asset: { ref: { uri }, bytes }, read };
    } catch (error) {
      if (this.how.signal.aborted) throw error;
      if (error instanceof UsageError || error instanceof StageError) return { reason: error.message };
      return { reason: reasonOf(error) };
    }
  }

  /** Made when the first address is not a file's: most evidence is, and needs no client. */
  async #opener(): Promise<Fetcher> {
    const { createFetchers } = await import('../fetchers/index.js');
    const limits = { maxBytes: 100_000_000, timeoutSeconds: 120 };
    const allowPrivate = this.how.allowPrivate === true;
    this.#fetchers ??= createFetchers({ ...limits, userAgent: `hashsieve/${version}`, allowPrivate });
    return this.#fetchers;
  }

  /** True where an asset inside the source has this SHA-256. */
  async #holds(source: Source, sha256: string): Promise<boolean> {
    const { createReader } = await import('../scanner/index.js');
    this.#reader ??= createReader({ jobs: 1, workers: 1 });
    for await (const { fingerprints } of this.#reader.fingerprint(source.asset, this.how.signal))
      if (fingerprints.some(({ algorithm, hex }) => algorithm === 'sha256' && hex === sha256)) return true;
    return false;
  }

  async close(): Promise<void> {
    await this.#reader?.close();
    await this.#fetchers?.close();
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
}
