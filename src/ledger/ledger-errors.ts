import { printable, UsageError } from '../core/index.js';

/** The ledger cannot be used because the optional package is not installed. */
export class LedgerMissing extends UsageError {}
/** The ledger's file cannot be opened or written, for another reason than a run that holds it. */
export class LedgerUnusable extends UsageError {}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no directory',
  EISDIR: 'it is a directory',
  SQLITE_FULL: 'the disk is full',
  SQLITE_NOTADB: 'it is no database',
  SQLITE_CORRUPT:
    'it is damaged; move it away, and the next run starts a new one, or mend it with hashsieve ledger repair',
  SQLITE_READONLY: 'it cannot be written',
  SQLITE_CANTOPEN: 'it cannot be opened',
};

/** Why the ledger cannot be used, in a few words. */
export const ledgerReason = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  const known = Object.entries(reasons).find(([name]) => code === name || code?.startsWith(`${name}_`));
  return known ? known[1] : printable(message ?? String(error));
};

/** Turns what the driver raised into LedgerUnusable. Returns any other error as it is. */
export const asUsageError = (error: unknown, path: string): unknown => {
  const { code } = error as { code?: string };
  if (error instanceof UsageError || code === undefined || code === 'ABORT_ERR') return error;
  return new LedgerUnusable(`ledger ${printable(path)} cannot be used: ${ledgerReason(error)}`, {
    cause: error,
  });
};
