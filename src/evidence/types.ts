import type { Period } from '../core/index.js';

/** The data types of evidence: the files that are sealed, and the records of the custody log. */

/** The folders of a package's payload. */
export const folders = ['files', 'draft', 'context', 'logs'] as const;
/** One of `folders`. */
export type Folder = (typeof folders)[number];

/** Something to seal. Its bytes are read once, while they are encrypted. Not JSON-safe. */
export interface EvidenceFile {
  readonly folder: Folder;
  /** Its original name. `contents.json` in the package has it; the archive has a harmless one. */
  readonly name: string;
  /** Size in bytes; sealing fails where `read` gives more or fewer. */
  readonly size: number;
  /** SHA-256 that the bytes must have, hex; sealing fails where they have another. */
  readonly sha256?: string;
  /** More facts about it for `contents.json`: ids of events, address. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** Reads the bytes from the beginning to the end; a piece may be overwritten by the next. */
  read(): AsyncIterable<Uint8Array>;
}

/** How long a package must be kept. */
export interface Retention {
  /** Code of the jurisdiction whose period holds: `us`. */
  readonly jurisdiction: string;
  /** The law's period, counted from the completed report; absent where no number is known. */
  readonly period?: Period;
  /** When the report was completed, ISO 8601; absent while it is not. */
  readonly completedAt?: string;
  /** The time until which the operator keeps it in any case, ISO 8601. */
  readonly atLeastUntil?: string;
}

/** The draft that a package belongs to. */
export interface SealedDraft {
  /** Absolute path when it was sealed. */
  readonly directory: string;
  /** SHA-256 of its manifest.json, hex. */
  readonly manifest: string;
  readonly authority: string;
  /** Id of the case. */
  readonly case: string;
}

/** The facts about a sealed package in the custody log, besides who sealed it and when. */
export interface SealedFacts {
  /** The encrypted archive. */
  readonly sealed: { readonly sha256: string; readonly bytes: number };
  /** The package's own key, encrypted to `recipients`. */
  readonly key: { readonly sha256: string; readonly bytes: number };
  /** The public keys whose holders can open it. */
  readonly recipients: readonly string[];
  /** Number and sum of sizes of the files in it. */
  readonly payload: { readonly files: number; readonly bytes: number };
  readonly retention: Retention;
  readonly draft?: SealedDraft;
  /** Number of the report, as the authority gave it. */
  readonly report?: string;
  /** Ids of the events whose files are in it. */
  readonly events: readonly string[];
  /** Events whose files are not in it, and why. */
  readonly left: readonly { readonly event: string; readonly reason: string }[];
  /** The authority's order by which it was sealed, where the law allows copies on no other ground. */
  readonly order?: string;
  readonly tool: string;
}

/** The actions that the custody log records. */
export type CustodyAction =
  | 'seal'
  | 'verify'
  | 'open'
  | 'copy'
  | 'hold'
  | 'release'
  | 'retain'
  | 'destroy'
  | 'destroyed'
  | 'stamp'
  | 'damage';

/** One line of the custody log. */
export interface CustodyRecord {
  /** Number of the line, from 1. */
  readonly n: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly action: CustodyAction;
  /** Id of the package that it is about; absent where it is about the store. */
  readonly package?: string;
  /** The person who did it. */
  readonly by: string;
  readonly reason?: string;
  /** `seal`: what was sealed. */
  readonly facts?: SealedFacts;
  /** `copy`: who got it. */
  readonly to?: string;
  /** `hold`: until when, ISO 8601; absent for a hold without end. */
  readonly until?: string;
  /** `retain`: when the report was completed, and its number. */
  readonly completedAt?: string;
  readonly report?: string;
  /** `destroy`: the authority's order, where one is the ground. */
  readonly order?: string;
  /** `destroyed`: SHA-256 of the certificate, hex; `stamp`: of the time stamp's file. */
  readonly sha256?: string;
  /** `verify` and `damage`: what was wrong. */
  readonly found?: readonly string[];
  /** `verify`: number of packages that were read. */
  readonly packages?: number;
  /** `verify`: true where the packages were decrypted as well. */
  readonly decrypted?: boolean;
  /** `stamp`: the hash of the line that was stamped, and by whom. */
  readonly head?: string;
  readonly service?: string;
  /** SHA-256 of the line before, hex; 64 zeros for the first. */
  readonly before: string;
}

/** A record without what the log adds to it. */
export type NewRecord = Omit<CustodyRecord, 'n' | 'at' | 'before'>;
