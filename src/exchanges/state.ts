import { readFile, stat } from 'node:fs/promises';

/** Where a list stands with its exchange. Plain data, kept beside the list; it holds no hash and no credential. */
export interface SyncState {
  readonly schema: 'hashsieve/sync/1';
  /** Which service this state belongs to: type and address. */
  readonly source: string;
  /** When the list last was brought up to date whole, ISO 8601. */
  readonly syncedAt?: string;
  /** Up to where the service has been read: a time or a token of its own. */
  readonly upTo?: string;
  /** Where a sync that is under way goes on; absent between syncs. */
  readonly pending?: Pending;
}

export interface Pending {
  /** What the round asks for, as the exchange needs it again. */
  readonly round: Readonly<Record<string, string>>;
  /** Address or token of the next page. */
  readonly next?: string;
  /** When `next` was given, ISO 8601: it does not stay valid for ever. */
  readonly at: string;
  /** Bytes of the journal that are whole. */
  readonly journal: number;
}

/** Directory of a list's state. */
export const stateDirectory = (listPath: string): string => `${listPath}.sync`;

/** The state of a list; undefined for a list that no exchange keeps. Raises SyntaxError for a damaged one. */
export async function readState(listPath: string): Promise<SyncState | undefined> {
  try {
    return JSON.parse(await readFile(`${stateDirectory(listPath)}/state.json`, 'utf8')) as SyncState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** When a list was last up to date: the end of its last sync, or the change of its file. */
export async function updatedAt(listPath: string): Promise<Date> {
  const synced = (await readState(listPath))?.syncedAt;
  return synced === undefined ? (await stat(listPath)).mtime : new Date(synced);
}
