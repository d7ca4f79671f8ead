import { readFile, stat } from 'node:fs/promises';
import { printable, UsageError } from '../core/index.js';
import type { ListReport } from '../lists/index.js';
import type { Place } from './types.js';

/** Where a list stands with its exchange. Plain data, kept beside the list; it holds no hash and no credential. */
export interface SyncState {
  readonly schema: 'hashsieve/sync/1';
  /** Which service and which settings this state belongs to. */
  readonly source: string;
  /** When the list last was brought up to date whole, ISO 8601. */
  readonly syncedAt?: string;
  /** Up to where the service has been read: a time or a token of its own. */
  readonly upTo?: string;
  /** What the last sync that changed the list read and did not keep, by reason. */
  readonly passed?: Readonly<Record<string, number>>;
  /** The list as it was put in its place. */
  readonly list?: ListCounts;
  /** Where a sync that is under way goes on; absent between syncs. */
  readonly pending?: Pending;
}

/** What the stored list holds. */
export interface ListCounts
  extends Pick<ListReport, 'hashes' | 'categories' | 'foreign' | 'leftOut' | 'problemCount'> {
  /** Entries, usable or not. */
  readonly entries: number;
}

export interface Pending extends Place {
  /** When `next` was given, ISO 8601: it does not stay valid for ever. */
  readonly at: string;
  /** Bytes of the journal that are whole. */
  readonly journal: number;
  /** Pages so far. */
  readonly pages: number;
  /** Digest of the last page, by which one that is served twice is known. */
  readonly digest?: string;
  /** Entries that could not be kept so far, by reason. */
  readonly passed: Readonly<Record<string, number>>;
}

/** Directory of a list's state. */
export const stateDirectory = (listPath: string): string => `${listPath}.sync`;

/** The state of a list; undefined for a list that no exchange keeps. Raises UsageError for a damaged one. */
export async function readState(listPath: string): Promise<SyncState | undefined> {
  const directory = stateDirectory(listPath);
  try {
    const state = JSON.parse(await readFile(`${directory}/state.json`, 'utf8')) as SyncState;
    if (state?.schema === 'hashsieve/sync/1') return state;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError(
    `${printable(directory)}/state.json is damaged, or of a newer version: read everything anew with list sync --fresh`,
  );
}

/** When a list last was up to date: the end of its last sync, or the change of its file. */
export async function updatedAt(listPath: string): Promise<Date> {
  const synced = (await readState(listPath))?.syncedAt;
  return synced === undefined ? (await stat(listPath)).mtime : new Date(synced);
}
