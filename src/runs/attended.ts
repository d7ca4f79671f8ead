import { type Acknowledgement, type Attended, decidedOf, unreadFileOf } from '../core/index.js';
import type { ScanResult } from '../core/types.js';
import type { Ledger } from '../ledger/index.js';
import type { OutputRecord } from '../outputs/types.js';
import type { LedgerGuard } from './ledger-guard.js';

/** What people said of a result, and its record with that. */
export interface AttendedRecord<R extends OutputRecord | undefined = OutputRecord | undefined> {
  readonly attended: Attended;
  readonly record: R;
}

/** Adds what people decided about a detection, or acknowledged of what could not be read, by the ledger. */
export function attend<R extends OutputRecord | undefined>(
  result: ScanResult,
  record: R,
  { ledger: { decisions }, guard }: { readonly ledger: Ledger; readonly guard: LedgerGuard },
): AttendedRecord<R> {
  if (result.outcome === 'clear') return { attended: {}, record };
  const file = unreadFileOf(result);
  const said = file && guard.read(() => decisions.acknowledgementOf(file, new Date()), undefined);
  const decided =
    record?.outcome === 'matched' && !record.suppressed
      ? guard.read(() => {
          const latest = decisions.latest(record.id);
          return latest && decidedOf(latest, record);
        }, undefined)
      : undefined;
  return {
    attended: { decided, acknowledged: said !== undefined },
    record: record && {
      ...record,
      ...(decided && { decided }),
      ...(said && { acknowledged: acknowledged(said) }),
    },
  };
}

const acknowledged = ({ at, by, note, until }: Acknowledgement) => ({ at, by, note, until });
