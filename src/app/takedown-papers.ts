import { createHash } from 'node:crypto';
import { printable, UsageError } from '../core/index.js';
import { readText, writeOutput } from '../files/index.js';
import {
  answerTo,
  checkCaseId,
  checkRequest,
  countTakedowns,
  type RequestCheck,
  type TakedownCase,
  type TakedownCounts,
} from '../takedown/index.js';
import { type Law, laws } from '../takedown/types.js';
import { type Surroundings, surrounded } from './surroundings.js';
import type { TakedownEndOptions } from './takedown-end.js';
import type { SearchOptions } from './takedown-search.js';
import { allCases, note, oneCase, withLedger } from './takedown-store.js';

/** A step of a case for the record: no hash, nothing of the requester. */
export interface TakedownStep {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly [fact: string]: unknown;
}

/** A case and all that happened in it. */
export interface TakedownHistory {
  readonly case: TakedownCase;
  readonly steps: readonly TakedownStep[];
  /** SHA-256, hex, of the records of the case as the ledger holds them, one a line. */
  readonly recordsSha256: string;
}

/** Reads what proves how a case was handled. Raises UsageError where the ledger has no such case. */
export async function takedownHistory(
  options: TakedownEndOptions,
  given: Surroundings = {},
): Promise<TakedownHistory> {
  return await withLedger(options, surrounded(given), (ledger) => {
    const found = oneCase(ledger, options.caseId);
    const rows = ledger.takedowns.records(found.id);
    const text = rows.map(({ at, record }) => `${at} ${JSON.stringify(record)}\n`).join('');
    const steps = rows.map(
      ({ at, record: { kind, entries, copies, ...facts } }): TakedownStep => ({
        at: new Date(at).toISOString(),
        kind: String(kind),
        ...facts,
        ...(Array.isArray(entries) ? { pictures: entries.length } : {}),
        ...(Array.isArray(copies) ? { copies: copies.length } : {}),
      }),
    );
    return { case: found, steps, recordsSha256: createHash('sha256').update(text).digest('hex') };
  });
}

/** Counts of the cases that came in within a period, for an account of what was done. Raises UsageError. */
export const takedownCounts = (
  options: SearchOptions,
  given: Surroundings = {},
  from?: number,
  to?: number,
): Promise<TakedownCounts> =>
  withLedger(options, surrounded(given), (ledger) => countTakedowns(allCases(ledger), from, to));

/** What to do with a request besides checking it. */
export interface RequestOptions extends TakedownEndOptions {
  readonly law?: string | undefined;
  /** Public keys of age of those who may read who made the request. */
  readonly takedownKeys?: readonly string[] | undefined;
  /** Path of the encrypted request. */
  readonly outputFile?: string | undefined;
}

/**
 * Checks a request against what its law asks of one. With `outputFile` the whole request is written there, encrypted to
 * `takedownKeys`; the ledger only learns, where a case is named, that there is one, what it lacks, and the digest of that
 * file.
 * @throws UsageError for what is no request, for a key that is none, and where the file cannot be written
 */
export async function checkTakedownRequest(
  path: string,
  options: RequestOptions = {},
  given: Surroundings = {},
): Promise<{ readonly check: RequestCheck; readonly answer: string }> {
  const around = surrounded(given);
  const caseId = options.caseId === undefined ? undefined : checkCaseId(options.caseId);
  const text = await readText(path, 'the request');
  const law = laws.find((known) => known === options.law) satisfies Law | undefined;
  const check = checkRequest(text, printable(path), law);
  if (caseId !== undefined) await withLedger(options, around, (ledger) => oneCase(ledger, caseId));
  const { outputFile, takedownKeys = [] } = options;
  if (takedownKeys.length > 0 && outputFile === undefined)
    throw new UsageError('--recipient: name the file for the encrypted request, too: -o FILE.age');
  let sealed: string | undefined;
  if (outputFile !== undefined) {
    const encrypted = await encryptTo(takedownKeys, text);
    await writeOutput(outputFile, (out) => out(encrypted));
    sealed = createHash('sha256').update(encrypted).digest('hex');
  }
  if (caseId !== undefined)
    await withLedger(options, around, (ledger) =>
      note(ledger, caseId, {
        ...{ kind: 'request', law: check.law, missing: check.missing },
        ...(sealed === undefined ? {} : { sealed }),
      }),
    );
  return { check, answer: answerTo(check, caseId) };
}

/** Encrypts a text with age, armoured. Raises UsageError where there is no key, and for one that is none. */
async function encryptTo(keys: readonly string[], text: string): Promise<string> {
  if (keys.length === 0)
    throw new UsageError(
      'a request names people, so that it is only kept encrypted: give --recipient age1… (age-keygen makes a pair of keys; keep the secret one elsewhere)',
    );
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const [at, key] of keys.entries()) {
    try {
      encrypter.addRecipient(key.trim());
    } catch {
      throw new UsageError(`--recipient ${at + 1} is no public key of age (age1…, as age-keygen prints it)`);
    }
  }
  return armor.encode(await encrypter.encrypt(text));
}
