import type { ListIdentity, Match, ScanResult } from '../core/types.js';
import type { FingerprintRecord } from '../outputs/index.js';

/** One upload: its bytes or where they are, and what the host of the upload says of it. Nothing of it is trusted. */
export type Upload = UploadSaid & (UploadBytes | UploadAddress);

/** The bytes of an upload. */
export interface UploadBytes {
  readonly bytes: Uint8Array;
}

/** Where the bytes of an upload are, which are fetched as `scan` fetches: an http(s) or s3 address. */
export interface UploadAddress {
  readonly url: string;
}

/** What is known of an upload besides its bytes. */
export interface UploadSaid {
  /** The front that received it: `http`, `clamd`, `icap`. */
  readonly via: string;
  /** Name of the file, as its sender gave it. */
  readonly name?: string | undefined;
  /** Absolute path of the file, where the front read it from this machine: its event then names the file. */
  readonly path?: string | undefined;
  /** The http(s) address at which the upload will be found; anything else is not used. */
  readonly uri?: string | undefined;
  /** The host's own id of the account. */
  readonly uploader?: string | undefined;
  /** Address from which it was uploaded; text that is no IP address is not used. */
  readonly ip?: string | undefined;
  /** When it was uploaded, in a form that `Date` reads; default: now. */
  readonly at?: string | undefined;
}

/**
 * How an upload ends. `match`: a listed picture. `unread`: something of it could not be looked at. `possible`: it only
 * resembles a listed picture (`--fail-on`). `skipped`: there is no picture in it. `unrecorded`: it matched, and the
 * ledger could not note that.
 */
export type Verdict = 'clear' | 'skipped' | 'possible' | 'unread' | 'match' | 'unrecorded';

/** The answer to one upload. */
export interface UploadAnswer {
  readonly verdict: Verdict;
  /** True where the host must refuse the upload. */
  readonly refuse: boolean;
  /** Id of the event that says most; set for `match` and `possible`. */
  readonly event?: string;
  /** Ids of all events of the upload. */
  readonly events: readonly string[];
  /** For `unread`: why, by its stable code (docs/exit-codes.md). */
  readonly reason?: string;
  /** Everything that was found, for those who may see it. */
  readonly results: readonly ScanResult[];
  /** Wall time in milliseconds, without the wait for a place in the queue. */
  readonly milliseconds: number;
}

/** A hash to look up. */
export interface HashQuery {
  readonly algorithm: string;
  /** Hexadecimal digits. */
  readonly hex: string;
}

/** Collects the bytes of one upload within the limits. Release it in the end. */
export interface Receipt {
  /** Number of bytes so far. */
  readonly size: number;
  /** Takes a piece. Raises TooLarge beyond `maxBytes`, and Busy where all uploads together take too much memory. */
  add(piece: Uint8Array): void;
  /** The bytes so far, in one piece. */
  bytes(): Uint8Array;
  /** Gives the memory free. May be called again. */
  release(): void;
}

/** What every front asks of the application: the one place where uploads are scanned. */
export interface UploadPort {
  /** Largest upload in bytes. */
  readonly maxBytes: number;
  /** True where an upload that could not be read is refused. */
  readonly refusesUnread: boolean;
  /** A number that grows with every change of a list, also over restarts. */
  readonly edition: number;
  /** When the lists last changed. */
  readonly listsChangedAt: Date;
  /** The hash lists in use. */
  readonly lists: readonly ListIdentity[];
  /** Names of the algorithms that are computed of pictures. */
  readonly algorithms: readonly string[];
  /** Number of listed hashes by algorithm. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Begins to receive an upload. */
  receive(): Receipt;
  /**
   * Scans an upload. A match is in the ledger, and in the outbox of every target, before this resolves. It goes on
   * where the sender leaves. Raises Busy where too many uploads wait.
   */
  scan(upload: Upload): Promise<UploadAnswer>;
  /** Makes the fingerprints of an upload, and compares nothing. Raises Busy as `scan` does. */
  hash(upload: Upload): Promise<{
    readonly records: readonly FingerprintRecord[];
    /** Why something could not be read, by its stable code. */
    readonly reason?: string;
  }>;
  /** Looks a hash up. Raises UsageError for an unknown algorithm and for a hash of another length. */
  match(query: HashQuery): readonly Match[];
  /** Loads the lists again where they changed. Resolves to false where they could not be loaded: the old ones stay. */
  reload(): Promise<boolean>;
  /** Why it is not ready, a reason each; empty where it is. */
  shortcomings(): Promise<readonly string[]>;
  /** Counts in the text format of Prometheus. */
  metrics(): string;
  /** Says how many uploads wait and how many are scanned now. */
  readonly load: { readonly waiting: number; readonly running: number };
}

/** A running upload scan. Close it after use: it delivers the notices that wait, and ends the decoding processes. */
export interface UploadScan extends UploadPort {
  /** Resolves once every upload that was taken has its answer. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Raised where too many uploads wait, or take too much memory: the sender should try again. */
export class Busy extends Error {}

/** Raised for an upload that is larger than the limit. */
export class TooLarge extends Error {}
