import { performance } from 'node:perf_hooks';
import {
  addressOf,
  count,
  emptySummary,
  gather,
  printable,
  UsageError,
  whyIncomplete,
} from '../core/index.js';
import type { FingerprintedAsset, Match, ScanResult, UploadFacts } from '../core/types.js';
import { fingerprinters } from '../fingerprints/index.js';
import { fingerprintRecords } from '../outputs/index.js';
import type { LedgerOptions } from '../runs/index.js';
import {
  assetOfBytes,
  createReader,
  type Reader,
  type Scanner,
  type ScannerOptions,
} from '../scanner/index.js';
import type { SupplyOptions } from './lists.js';
import {
  algorithmNamed,
  type InsideOptions,
  insideOf,
  type ScanningOptions,
  scannerOptions,
} from './plan.js';
import { pluginsOf } from './plugins.js';
import { checkLists } from './serve-age.js';
import { openUploadLedger, type UploadLedger } from './serve-ledger.js';
import { LiveLists } from './serve-lists.js';
import { createUploadMetrics } from './serve-metrics.js';
import { createQueue, createReceiving } from './serve-room.js';
import {
  type Asked,
  openUploadServices,
  type UploadServiceOptions,
  type UploadServices,
  unanswered,
} from './serve-services.js';
import { Busy, type HashQuery, type Upload, type UploadAnswer, type UploadScan } from './serve-types.js';
import { addressOfUpload, reasonIn, uploadFacts, type VerdictPolicy, verdictOf } from './serve-verdict.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** The options of `hashsieve serve` that concern what an upload is compared with, and what becomes of it. */
export interface UploadScanOptions
  extends SupplyOptions,
    ScanningOptions,
    InsideOptions,
    Pick<LedgerOptions, 'ledger'>,
    UploadServiceOptions,
    VerdictPolicy {
  /** What becomes of an upload that could not be read: `reject` (default) or `accept`. */
  readonly onUnread?: string | undefined;
  /** Directory in which the bytes of matched uploads are kept. Default: they are not kept. */
  readonly keep?: string | undefined;
  /** How many uploads may wait besides those that are scanned. Default 64. */
  readonly queue?: number | undefined;
}

const defaults = { views: 'basic', queue: 64 } as const;
/** Bytes that all uploads together may take, unless one alone may take more. */
const together = 512_000_000;
/** Milliseconds between two looks at the files of the lists. */
const lookEvery = 2000;

/**
 * Opens what `hashsieve serve` asks: lists that are loaded again when they change, warm decoding processes, and the
 * ledger in which every match is noted before its answer is given. It opens no socket.
 * @throws UsageError as `scan`, and where there can be no ledger
 * @example
 * const uploads = await openUploadScan({ list: ['known.csv'], ledger: 'ledger.sqlite' });
 * const { refuse } = await uploads.scan({ bytes, via: 'forum', name: 'cat.jpg', uploader: '4711' });
 * await uploads.close();
 */
export async function openUploadScan(
  options: UploadScanOptions,
  given: Surroundings = {},
): Promise<UploadScan> {
  const around = surrounded(given);
  const { keep } = options;
  if (keep !== undefined) await (await import('../files/index.js')).requireKeepDirectory(keep);
  const reading: ScannerOptions = {
    ...defaults,
    ...scannerOptions(options, around.environment, (await pluginsOf(around)).algorithms),
    inside: insideOf(options),
  };
  const ledger = await openUploadLedger(options, around);
  let lists: LiveLists | undefined;
  let services: UploadServices | undefined;
  try {
    services = await openUploadServices(options, around, () => lists!.scanner);
    lists = await LiveLists.open(options, reading, around, () => ledger.renew(), services?.algorithms);
  } catch (error) {
    await services?.close();
    await ledger.close();
    throw error;
  }
  const uploads = new Uploads(options, reading, { around, ledger, lists, ...(services && { services }) });
  await uploads.warm();
  return uploads;
}

interface Opened {
  readonly around: Around;
  readonly ledger: UploadLedger;
  readonly lists: LiveLists;
  /** The matching services; absent where none is asked. */
  readonly services?: UploadServices;
}

class Uploads implements UploadScan {
  readonly maxBytes: number;
  readonly refusesUnread: boolean;
  readonly #metrics = createUploadMetrics();
  readonly #queue: ReturnType<typeof createQueue>;
  readonly #receiving: ReturnType<typeof createReceiving>;
  readonly #watch: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<unknown>>();
  #reader: Reader | undefined;
  /** Why decoding does not work; undefined while it does. */
  #decodersLost: string | undefined;

  constructor(
    readonly options: UploadScanOptions,
    readonly reading: ScannerOptions,
    readonly opened: Opened,
  ) {
    this.maxBytes = options.maxBytes ?? 100_000_000;
    this.refusesUnread = options.onUnread !== 'accept';
    const running = options.jobs ?? Math.max(2, 2 * (reading.workers ?? 1));
    this.#queue = createQueue(running, options.queue ?? defaults.queue);
    this.#receiving = createReceiving(this.maxBytes, Math.max(together, this.maxBytes));
    this.#watch = setInterval(() => void this.#look(), lookEvery);
    this.#watch.unref();
  }

  get edition() {
    return this.opened.lists.edition;
  }
  get listsChangedAt() {
    return this.opened.lists.changedAt;
  }
  get lists() {
    return this.opened.lists.scanner.lists;
  }
  get sizes() {
    return this.opened.lists.sizes;
  }
  get algorithms() {
    return this.opened.lists.scanner.algorithms;
  }
  get load() {
    return this.#queue.load();
  }

  receive() {
    return this.#receiving.receive();
  }

  async #look(): Promise<void> {
    await this.opened.lists.reload().catch((error: unknown) => {
      this.opened.around.voice.say(`hashsieve: the lists stay as they were: ${printable(String(error))}`, {
        level: 'error',
      });
    });
  }

  /** Starts the decoding processes with a picture of our own, so that the first upload does not wait for them. */
  async warm(): Promise<void> {
    const bytes = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
      'base64',
    );
    const workers = Math.max(1, this.reading.workers ?? 1);
    await Promise.all(
      Array.from({ length: workers }, () => this.#results({ bytes, via: 'start' }, 'memory:start')),
    );
  }

  /** Every result of an upload. A scanner that fails gives a failed result, and is started anew. */
  async #results(upload: Upload, uri: string) {
    const { lists, around } = this.opened;
    return lists.use(async (scanner) => {
      const results: ScanResult[] = [];
      try {
        const found =
          'bytes' in upload ? scanner.scanBytes(upload.bytes, { uri }) : scanner.scanAsset({ uri });
        for await (const result of found) results.push(result);
        this.#decodersLost = undefined;
      } catch (error) {
        this.#decodersLost = printable(error instanceof Error ? error.message : String(error));
        around.voice.say(`hashsieve: the scanner failed: ${this.#decodersLost}`, { level: 'error' });
        if (lists.scanner === scanner) lists.restart();
        results.push(lostResult(uri, this.#decodersLost));
      }
      return { scanner, results };
    });
  }

  async scan(upload: Upload): Promise<UploadAnswer> {
    const work = this.#run(() => this.#scan(upload));
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#queue.run(work);
    } catch (error) {
      if (error instanceof Busy) this.#metrics.turnedAway();
      throw error;
    }
  }

  async #scan(upload: Upload): Promise<UploadAnswer> {
    const began = performance.now();
    const facts = uploadFacts(upload, new Date());
    const { ledger, around } = this.opened;
    const { results: listed, scanner } = await this.#results(upload, addressOfUpload(upload, facts));
    const { results, late } = await this.#ask(listed);
    if (late) this.#noteLate(late, listed, scanner, facts);
    // No byte, no picture: clients send nothing to find out whether anybody is there.
    const { verdict, reason } =
      'bytes' in upload && upload.bytes.length === 0
        ? ({ verdict: 'skipped' } as const)
        : verdictOf(results, this.options);
    const done = (answer: Omit<UploadAnswer, 'results' | 'milliseconds'>): UploadAnswer => {
      const milliseconds = performance.now() - began;
      this.#metrics.answered(upload.via, answer.verdict, milliseconds / 1000);
      return { ...answer, results, milliseconds };
    };
    try {
      const events = ledger.note(results, scanner, facts);
      const told = events.find(({ suppressed }) => !suppressed)?.id;
      const isHit = verdict === 'match' || verdict === 'possible';
      if (isHit) await this.#keep(upload, told!);
      return done({
        verdict,
        refuse: verdict === 'match' || (verdict === 'unread' && this.refusesUnread),
        events: events.map(({ id }) => id),
        ...(isHit ? { event: told! } : {}),
        ...(reason === undefined ? {} : { reason }),
      });
    } catch (error) {
      around.voice.say(
        `hashsieve: a match could not be noted in the ledger: ${printable(String(error))}; the upload is refused`,
        { level: 'error' },
      );
      return done({ verdict: 'unrecorded', refuse: true, events: [] });
    }
  }

  /** What the lists said, and what the matching services add to it. */
  async #ask(listed: readonly ScanResult[]): Promise<Asked> {
    const { services, ledger } = this.opened;
    if (!services) return { results: listed };
    const asked = await services.ask(listed, ledger.answers);
    if (!asked.late || this.options.onSlow === 'accept') return asked;
    return { ...asked, results: listed.map((result) => unanswered(result)) };
  }

  /** Notes what a service matched after the upload had its answer: event and notice come then. */
  #noteLate(
    late: NonNullable<Asked['late']>,
    listed: readonly ScanResult[],
    scanner: Scanner,
    facts: UploadFacts,
  ): void {
    const { ledger, around } = this.opened;
    const work = late.then((results) => {
      // What the lists matched is noted with the answer to the upload.
      const fresh =
        results?.filter((result, at) => result !== listed[at] && result.outcome === 'matched') ?? [];
      try {
        for (const { id } of ledger.note(fresh, scanner, facts))
          around.voice.say(
            `hashsieve: a matching service matched an upload after it had its answer: event ${id}`,
            {
              level: 'warning',
              event: id,
            },
          );
      } catch (error) {
        around.voice.say(
          `hashsieve: a late match could not be noted in the ledger: ${printable(String(error))}`,
          { level: 'error' },
        );
      }
    });
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Keeps the bytes of a match. Where that fails, the answer stays, because the event is noted. */
  async #keep(upload: Upload, event: string): Promise<void> {
    const { keep } = this.options;
    // What was fetched from an address is still there.
    if (keep === undefined || !('bytes' in upload)) return;
    const { keepBytes, reasonOf } = await import('../files/index.js');
    await keepBytes(keep, event, upload.bytes).catch((error: unknown) => {
      this.opened.around.voice.say(`hashsieve: the file of event ${event} is not kept: ${reasonOf(error)}`, {
        level: 'error',
        event,
      });
    });
  }

  async hash(upload: Upload) {
    return this.#run(async () => {
      const algorithms = ['pdq', 'md5', 'sha1', 'sha256'] as const;
      this.#reader ??= createReader({ ...this.reading, views: 'none', inside: [], algorithms });
      const uri = addressOfUpload(upload, uploadFacts(upload, new Date()));
      let asset: FingerprintedAsset | undefined;
      const summary = emptySummary();
      const unread: ScanResult[] = [];
      const target = 'bytes' in upload ? assetOfBytes(upload.bytes, { uri }) : { uri };
      for await (const answer of this.#reader.fingerprint(target)) {
        if ('outcome' in answer) unread.push(answer);
        else asset = answer;
      }
      const judged = asset ? [...unread, this.opened.lists.scanner.judge(asset)] : unread;
      for (const result of judged) {
        summary.found += 1;
        count(summary, result);
      }
      const isWhole = whyIncomplete(summary).length === 0;
      return {
        records: asset ? fingerprintRecords(asset, addressOf(asset.ref), algorithms) : [],
        ...(isWhole ? {} : { reason: reasonIn(judged) }),
      };
    });
  }

  match({ algorithm, hex }: HashQuery): readonly Match[] {
    const name = algorithmNamed(algorithm);
    const digits = fingerprinters[name].bits / 4;
    if (hex.length !== digits || !/^[0-9a-f]+$/i.test(hex))
      throw new UsageError(`${name} has ${digits} hexadecimal digits`);
    const fingerprint = { algorithm: name, hex: hex.toLowerCase(), recipe: 'given' };
    const { matches, trouble } = gather([[() => this.opened.lists.scanner.matches(fingerprint)]]);
    if (trouble) throw trouble;
    return matches;
  }

  reload(): Promise<boolean> {
    // Where nothing changed, the edition must not grow: hosts scan all uploads again when it does.
    return this.opened.lists.reload(this.opened.lists.isBehind);
  }

  async shortcomings(): Promise<readonly string[]> {
    const { lists, ledger } = this.opened;
    const trouble = await ledger.trouble();
    return [
      ...checkLists(lists, this.options.maxListAge, Date.now()),
      ...(this.#decodersLost === undefined ? [] : ['the decoding processes do not work']),
      ...(trouble === undefined ? [] : [trouble]),
    ];
  }

  metrics(): string {
    const { edition, isBehind } = this.opened.lists;
    return this.#metrics.text({ ...this.load, bytes: this.#receiving.taken(), edition, behind: isBehind });
  }

  async drain(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.drain();
    await this.#reader?.close();
    await this.opened.services?.close();
    await this.opened.lists.close();
    const { ledger, around } = this.opened;
    for (const line of await ledger.close()) around.voice.say(`hashsieve: ${line}`, { level: 'error' });
  }
}

const lostResult = (uri: string, message: string): ScanResult => ({
  ref: { uri },
  outcome: 'failed',
  stage: 'decode',
  code: 'decode-crashed',
  message,
  fingerprints: [],
  withheld: [],
});
