import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../core/index.js';
import {
  type Keeping,
  keepingOf,
  packageIds,
  readCustody,
  recordsOf,
  type Store,
} from '../evidence/index.js';
import type { CustodyRecord } from '../evidence/types.js';
import { completedReport } from '../filing/index.js';
import { type EvidenceOptions, storeOf } from './evidence-store.js';

/** A package of the store, as the custody log tells of it. */
export interface EvidencePackage {
  readonly id: string;
  /** ISO 8601. */
  readonly sealedAt: string;
  readonly by: string;
  /** Number and sum of sizes of the files in it. */
  readonly files: number;
  readonly bytes: number;
  readonly jurisdiction: string;
  readonly report?: string;
  /** Path of its draft when it was sealed. */
  readonly draft?: string;
  readonly state: Keeping['state'];
  /** When it may be destroyed, ISO 8601, as far as that is known. */
  readonly until?: string;
  /** Why it waits, or who holds it. */
  readonly why?: string;
}

/** The packages of a store. */
export interface EvidenceList {
  readonly packages: readonly EvidencePackage[];
  /** What is wrong with the custody log; empty where it is as it was written. */
  readonly damage: readonly string[];
}

/**
 * Lists the packages of a store, those that were destroyed included. Changes nothing and reads no package.
 * @throws UsageError where there is no store, or others may enter it
 * @example
 * const { packages, damage } = await listEvidence({ evidenceStore: '/srv/evidence' });
 */
export async function listEvidence(options: EvidenceOptions): Promise<EvidenceList> {
  const store = await storeOf(options);
  const log = await readCustody(store);
  const packages: EvidencePackage[] = [];
  for (const id of packageIds(log)) packages.push(await described(recordsOf(log, id), store));
  return { packages, damage: log.damage };
}

async function described(records: readonly CustodyRecord[], store: Store): Promise<EvidencePackage> {
  const { facts, ...sealed } = records.find(({ action }) => action === 'seal')!;
  const told = records.findLast(({ action }) => action === 'retain');
  const filed = await filedSince(records);
  const report = told?.report ?? facts?.report ?? filed?.reportId;
  return {
    id: sealed.package!,
    sealedAt: sealed.at,
    by: sealed.by,
    files: facts?.payload.files ?? 0,
    bytes: facts?.payload.bytes ?? 0,
    jurisdiction: facts?.retention.jurisdiction ?? 'unknown',
    ...(report === undefined ? {} : { report }),
    ...(facts?.draft ? { draft: facts.draft.directory } : {}),
    ...keepingOf(records, store.now(), filed?.at),
  };
}

/** When and as what the draft of a package was filed, by the record that lies beside it today. */
export async function filedSince(records: readonly CustodyRecord[]) {
  const draft = records.find(({ action }) => action === 'seal')?.facts?.draft;
  if (!draft) return undefined;
  const text = await readFile(join(draft.directory, 'submission.jsonl'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return completedReport(text);
  } catch {
    return undefined; // a damaged record says nothing; report submit complains of it
  }
}

/** A package in one line for people. */
export function packageLine({
  id,
  state,
  until,
  why,
  files,
  bytes,
  jurisdiction,
  report,
}: EvidencePackage): string {
  const when = until === undefined ? '' : ` until ${until.slice(0, 10)}`;
  const about = why === undefined ? '' : `  ${why}`;
  const number = report === undefined ? '' : `  report ${report}`;
  return printable(
    `${id}  ${state}${when}  ${jurisdiction}${number}  ${files} file(s), ${bytes} bytes${about}`,
  );
}
