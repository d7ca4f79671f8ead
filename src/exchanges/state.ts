import { readFile, stat } from 'node:fs/promises';
import { printable, UsageError } from '../core/index.js';
import type { ListReport } from '../lists/index.js';
import type { Place } from './types.js';

/** How far the sync of a list is. Plain data, stored beside the list, without hashes and credentials. */
export interface SyncState {
  readonly schema: 'hashsieve/sync/1';
  /** Identifies the service and the settings to which this state belongs. */
  readonly source: string;
  /** When a sync last brought the whole list up to date, ISO 8601. */
  readonly syncedAt?: string;
  /** Up to where the service was read: a time, or a token of the service. */
  readonly upTo?: string;
  /** Entries that the last sync with changes read and did not keep, counted by reason. */
  readonly passed?: Readonly<Record<string, number>>;
  /** The list as it was last stored. */
  readonly list?: ListCounts;
  /** Where an interrupted sync continues; absent between syncs. */
  readonly pending?: Pending;
}

/** The counts of the stored list. */
export interface ListCounts
  extends Pick<ListReport, 'hashes' | 'categories' | 'foreign' | 'leftOut' | 'problemCount'> {
  /** Number of entries, whether they can be used or not. */
  readonly entries: number;
}

/** How far an interrupted sync is. */
export interface Pending extends Place {
  /** When `next` was given, ISO 8601; it expires. */
  readonly at: string;
  /** Number of bytes of the journal that are complete. */
  readonly journal: number;
  /** Number of pages so far. */
  readonly pages: number;
  /** Digest of the last page; it reveals a page that the service sends twice. */
  readonly digest?: string;
  /** Entries so far that could not be kept, counted by reason. */
  readonly passed: Readonly<Record<string, number>>;
}

/** Directory for a list's state. */
export const stateDirectory = (listPath: string): string => `${listPath}.sync`;

/** Reads the state of a list; undefined for a list without an exchange. Raises UsageError for a damaged state. */
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

/** When a list was last up to date: the end of its last sync, or else the time of its file. */
export async function updatedAt(listPath: string): Promise<Date> {
  const synced = (await readState(listPath))?.syncedAt;
  return synced === undefined ? (await stat(listPath)).mtime : new Date(synced);
}
