import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Period, printable, UsageError } from '../core/index.js';
import { checkRecipients, checkStampUrl, sealPackage, stampHead } from '../evidence/index.js';
import type { EvidenceFile, SealedDraft } from '../evidence/types.js';
import { version } from '../files/index.js';
import { completedReport, draftFacts, readDraft } from '../filing/index.js';
import { readOperator } from '../reports/context/index.js';
import { jurisdictionOf, type Manifest, manifestName, readManifest, reportable } from '../reports/index.js';
import { type DetectionOptions, openDetections } from './detections.js';
import { type Found, foundFiles, sourceOfFile } from './evidence-assets.js';
import { actorOf, type EvidenceOptions, storeOf, timeOf } from './evidence-store.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** How and under which law evidence is sealed. */
export interface SealingOptions extends EvidenceOptions {
  /** Public keys of age, two or more. */
  readonly evidenceKeys?: readonly string[] | undefined;
  /** Whose law applies. Default: the draft's, then the operator's in the configuration. */
  readonly jurisdiction?: string | undefined;
  /** The authority's order, by name and reference, where the law allows copies on no other ground. */
  readonly order?: string | undefined;
  /** When the report was completed, where no `submission.jsonl` says it; ISO 8601 or a date. */
  readonly completed?: string | undefined;
  /** The number of the report. */
  readonly report?: string | undefined;
  /** Keeps the package until this time in any case; ISO 8601 or a date. */
  readonly holdUntil?: string | undefined;
  /** Address of a service for time stamps (RFC 3161). Default: none is asked. */
  readonly evidenceTimestamp?: string | undefined;
  /** Allows private and loopback addresses. */
  readonly allowPrivate?: boolean | undefined;
}

/** What is sealed. */
export interface SealOptions extends SealingOptions, DetectionOptions {
  /** Paths of files to seal: evidence, or the assets of events that lie somewhere else now. */
  readonly sealFiles?: readonly string[] | undefined;
  /** Paths of logs and other files to seal besides. */
  readonly sealLogs?: readonly string[] | undefined;
  /** Paths of files that say what is known of the assets. */
  readonly context?: readonly string[] | undefined;
}

/** What was sealed. */
export interface Sealed {
  /** Id of the package. */
  readonly id: string;
  /** SHA-256 of the encrypted archive, hex. */
  readonly sha256: string;
  /** Its size in bytes. */
  readonly bytes: number;
  /** Hash of the last line of the custody log, hex. Whoever notes it elsewhere can prove later that nothing was cut off. */
  readonly head: string;
  /** Events whose files were not sealed, and why. */
  readonly left: readonly { readonly event: string; readonly reason: string }[];
  /** False where a time stamp was asked for and none came. */
  readonly stamped: boolean;
}

/**
 * Seals evidence: the files of events, of a draft with its record of filing, and other files, encrypted to public keys
 * so that this machine cannot open it again. Files of events are read anew and taken only where their SHA-256 is still
 * that of the event. Nothing of it is written to a disk unencrypted.
 * @param draft path of the directory of a draft. Default: none.
 * @throws UsageError where there is nothing to seal, a key is missing or wrong, or the law allows nobody to keep copies
 * @example
 * const { id, left } = await sealDetections('reports/ncmec-0123', { evidenceStore: '/srv/evidence', evidenceKeys });
 */
export async function sealDetections(
  draft: string | undefined,
  options: SealOptions,
  given: Surroundings = {},
): Promise<Sealed> {
  const around = surrounded(given);
  const drafted = draft === undefined ? undefined : await readSealable(draft);
  const terms = await termsOf(options, around, drafted?.manifest.jurisdiction);
  const { sealFiles = [], sealLogs = [], context = [] } = options;
  const events = await eventsOf(drafted?.manifest, options, around);
  const { signal } = around;
  const { files, left } = await foundFiles(events, {
    ...{ named: sealFiles, signal },
    allowPrivate: options.allowPrivate,
  });
  const besides: EvidenceFile[] = [...(drafted?.files ?? [])];
  for (const path of context) besides.push(await besideOf('context', path, signal));
  for (const path of sealLogs) besides.push(await besideOf('logs', path, signal));
  if (files.length + besides.length === 0)
    throw new UsageError(
      left.length > 0
        ? `nothing was sealed: ${left[0]!.reason}${left.length > 1 ? `, and ${left.length - 1} more` : ''}`
        : 'nothing to seal: name a draft, --events, --scan or --file',
    );
  const kept = events.map(({ id }) => id).filter((id) => left.every(({ event }) => event !== id));
  return seal([...files, ...besides], options, around, {
    ...terms,
    ...(drafted ? { draft: drafted.facts } : {}),
    ...reportOf(options, drafted?.submission),
    events: kept,
    left,
  });
}

/** Bytes to seal that are in hand. */
export interface EvidenceBytes {
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** SHA-256 that they must have, hex. */
  readonly sha256?: string;
  /** What else is known of them: ids of events, the request that they came with. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** Gives the bytes from the beginning to the end. Called once. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * Seals bytes that are in hand, such as an upload that a server was asked to judge, under the same rules as
 * `sealDetections`. The bytes go through memory in pieces.
 * @param events ids of the events that they belong to
 * @throws UsageError as `sealDetections`, and where the bytes are not of the size or the SHA-256 that was said
 * @example
 * await sealEvidence([{ name: 'upload', size: body.length, read: async function* () { yield body; } }], [event.id], options);
 */
export async function sealEvidence(
  files: readonly EvidenceBytes[],
  events: readonly string[],
  options: SealingOptions,
  given: Surroundings = {},
): Promise<Sealed> {
  const around = surrounded(given);
  const terms = await termsOf(options, around, undefined);
  const evidence = files.map((file): EvidenceFile => ({ folder: 'files', ...file }));
  return seal(evidence, options, around, { ...terms, ...reportOf(options, undefined), events, left: [] });
}

type Facts = Omit<Parameters<typeof sealPackage>[2], 'by' | 'reason' | 'tool' | 'retention'> & {
  readonly jurisdiction: string;
  readonly period?: Period;
  readonly completedAt?: string;
};

async function seal(
  files: readonly EvidenceFile[],
  options: SealingOptions,
  around: Around,
  { jurisdiction, period, completedAt, ...facts }: Facts,
): Promise<Sealed> {
  const { evidenceTimestamp: url, allowPrivate } = options;
  if (url !== undefined) checkStampUrl({ url, allowPrivate });
  const recipients = await checkRecipients(options.evidenceKeys ?? []);
  const store = await storeOf(options, true);
  const by = actorOf(options);
  const retention = {
    jurisdiction,
    ...(period && { period }),
    ...(completedAt !== undefined && { completedAt }),
    ...(options.holdUntil !== undefined && { atLeastUntil: timeOf(options.holdUntil, '--until') }),
  };
  const { signal } = around;
  const about = { ...facts, by, reason: options.reason, retention, tool: version };
  const sealed = await sealPackage(store, files, about, { recipients, signal });
  let stamped = true;
  if (url !== undefined)
    try {
      await stampHead(store, by, { url, allowPrivate, signal });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      stamped = false;
      around.voice.say(
        `sealed, but not stamped: ${error.message}; stamp it with evidence verify --timestamp`,
      );
    }
  return { ...sealed, left: facts.left, stamped };
}

/**
 * Whose law applies, and how long it wants evidence kept. Raises UsageError where it allows nobody to keep copies and no
 * order is named.
 */
async function termsOf(options: SealingOptions, { config }: Around, drafted: string | undefined) {
  const block = config.blocks.operator;
  const where = `configuration ${printable(config.path ?? '')}`;
  const operator = block === undefined ? undefined : await readOperator(block, where);
  const law = jurisdictionOf(options.jurisdiction ?? drafted ?? operator?.jurisdiction);
  if (law.noCopies !== undefined && options.order === undefined)
    throw new UsageError(
      `nothing was sealed: ${law.noCopies}. Where an authority ordered a copy, name the order: --order "authority, reference".`,
    );
  return {
    jurisdiction: law.code,
    ...(law.period ? { period: law.period } : {}),
    ...(options.order === undefined ? {} : { order: options.order }),
    ...(operator ? { organisation: operator.organisation } : {}),
  };
}

/** When the report was completed and its number, by what the user says or by the record of filing. */
function reportOf({ completed, report }: SealingOptions, submission: string | undefined) {
  const filed = submission === undefined ? undefined : completedReport(submission);
  const completedAt = completed === undefined ? filed?.at : timeOf(completed, '--completed');
  const number = report ?? filed?.reportId;
  return {
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(number === undefined ? {} : { report: number }),
  };
}

interface Sealable {
  readonly manifest: Manifest;
  readonly facts: SealedDraft;
  readonly files: readonly EvidenceFile[];
  /** Text of `submission.jsonl`. */
  readonly submission: string | undefined;
}

/** Reads a draft that is to be sealed with its evidence. Raises UsageError. */
async function readSealable(directory: string): Promise<Sealable> {
  const { files: texts, findings } = await readDraft(directory);
  const [wrong] = findings;
  if (wrong) throw new UsageError(printable(`${directory}/${wrong.file}: ${wrong.message}`));
  const text = texts.get(manifestName) ?? '';
  const manifest = readManifest(text);
  if (!manifest)
    throw new UsageError(
      `${printable(directory)} is no draft: it has no sound ${manifestName}; to seal files, give --file`,
    );
  const files: EvidenceFile[] = [];
  for (const name of (await readdir(directory)).sort())
    if (texts.has(name))
      files.push({
        ...(await besideOf('draft', join(directory, name), new AbortController().signal)),
        name,
      });
  return {
    manifest,
    facts: {
      directory: resolve(directory),
      manifest: draftFacts(text)!.manifest,
      authority: manifest.authority,
      case: manifest.case,
    },
    files,
    submission: texts.get('submission.jsonl'),
  };
}

async function besideOf(folder: 'draft' | 'context' | 'logs', path: string, signal: AbortSignal) {
  const { name, size, sha256, read } = await sourceOfFile(path, signal);
  return { folder, name, size, sha256, read };
}

/** The events whose files are wanted: of the draft, of `--events`, or of the ledger where `--scan` is given. */
async function eventsOf(
  manifest: Manifest | undefined,
  options: SealOptions,
  around: Around,
): Promise<readonly Found[]> {
  if (manifest) {
    if (options.events || options.scanId !== undefined)
      throw new UsageError('a draft has its own events: leave out --events and --scan, or the draft');
    return manifest.events;
  }
  if (!options.events && options.scanId === undefined) return [];
  const { events, close } = await openDetections(options, around, 'evidence seal');
  close();
  return events.filter((event) => {
    const answer = reportable(event);
    return !('refusal' in answer && (answer.refusal === 'test' || answer.refusal === 'suppressed'));
  });
}
