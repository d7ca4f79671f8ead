import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import type { Attachment, Filed, Journal } from '../filing/index.js';
import type { Ledger } from '../ledger/index.js';
import { checkDraft, draftDigest, type Manifest, manifestName, readManifest } from '../reports/index.js';
import { fileIdPlaceholder, reportIdPlaceholder } from '../reports/xml/index.js';
import { type LedgerOptions, openLedger } from '../runs/index.js';
import { type Around, runContext, type Surroundings, surrounded } from './surroundings.js';

/** Which service a draft is filed with, which files are uploaded, and how requests are repeated. */
export interface SubmitOptions extends LedgerOptions {
  /** Name of the service: `ncmec`. */
  readonly service?: string | undefined;
  /** Paths of the draft's files, which are uploaded from there. Each is recognised by its digest. */
  readonly files?: readonly string[] | undefined;
  /** Files the report without those files that `files` does not name, and without their details. */
  readonly withoutFiles?: boolean | undefined;
  /** Files with the production service instead of the test service. */
  readonly production?: boolean | undefined;
  /** Path of a file with one line `user:password`. Default: the environment. */
  readonly credentials?: string | undefined;
  /** Base address of the service; for stand-ins. */
  readonly endpoint?: string | undefined;
  /** Seconds before a request is sent again; the pause grows with each try. Default: 5. */
  readonly retryWait?: number | undefined;
  /** Treats an earlier submission as void. Only for the case that the service says that it was not finished. */
  readonly startOver?: boolean | undefined;
  /** Files even where reports from other drafts cover some of the events. */
  readonly fileAgain?: boolean | undefined;
}

/** How a person confirms the filing. */
export interface SubmitPorts {
  /**
   * Called before a report is filed with the production service, with the draft's digest (SHA-256, hex). It must reject
   * unless a person agreed to exactly this draft.
   */
  confirm(digest: string): Promise<void>;
}

/** How a filing ended, and with which service. */
export type Submission = Filed & {
  readonly service: 'production' | 'test';
  /** True where the caller aborted before the report was filed. */
  readonly interrupted: boolean;
};

/** A draft that the check found no fault with. */
interface CheckedDraft {
  readonly directory: string;
  readonly files: ReadonlyMap<string, string>;
  /** Text of manifest.json. */
  readonly manifest: string;
  readonly events: Manifest['events'];
}

/**
 * Files a draft with the CyberTipline. It uses the test service unless `production` is set and `confirm` resolves. It
 * records every request before it goes out and every answer before the next request, so that calling it again continues
 * an interrupted filing.
 * @param directory path of a draft that `draftReports` wrote for `ncmec`
 * @throws UsageError where the draft, its files or the credentials are not in order; nothing is sent then
 * @example
 * const filed = await submitDraft('reports/ncmec-0123456789abcdef', { service: 'ncmec', files: ['x.jpg'], credentials: 'ncmec' });
 * if (filed.outcome === 'filed') console.log(filed.reportId);
 */
export async function submitDraft(
  directory: string,
  options: SubmitOptions,
  given: Surroundings = {},
  { confirm }: SubmitPorts = { confirm: unconfirmed },
): Promise<Submission> {
  const around = surrounded(given);
  const { checkEndpoint, cybertipClient, endpoints, fileDraft, openJournal, readCredentials } = await import(
    '../filing/index.js'
  );
  if (options.service === undefined) throw new UsageError('no receiver: give --to ncmec');
  const draft = await readChecked(directory);
  const service = options.production ? 'production' : 'test';
  const endpoint = checkEndpoint(options.endpoint ?? endpoints[service]);
  const attachments = await attachmentsOf(options.files ?? [], draft, options.withoutFiles === true);
  const credentials = await readCredentials(options.credentials, around.environment);
  if (options.production) await confirm(draftDigest(draft.files));
  const ledger = await openLedger(runContext(options, around), true, {
    alongside: true,
    without: 'what is sent is recorded in submission.jsonl alone',
  });
  const own = await openJournal(directory).catch((error) => {
    ledger?.close();
    throw error;
  });
  const client = await cybertipClient(endpoint, credentials, around.signal);
  try {
    const place = { service, endpoint } as const;
    const journal = await openRecords(draft, place, { own, ledger, options, around });
    const filed = await fileDraft(
      { ...place, report: draft.files.get('report.xml')!, attachments, records: journal.records },
      {
        post: (step, body) => client.post(step, body),
        record: (record) => journal.append(record),
        pause: (attempt) => delay((options.retryWait ?? 5) * 1000 * attempt),
        now: () => new Date().toISOString(),
      },
    );
    return { ...filed, service, interrupted: around.signal.aborted && filed.outcome !== 'filed' };
  } finally {
    await client.close();
    await own.close();
    ledger?.close();
  }
}

async function unconfirmed(digest: string): Promise<never> {
  throw new UsageError(`production needs a person's yes: check the draft, then give --confirm ${digest}`);
}

/** Reads a draft and checks it. Raises UsageError for a draft for another authority, and for one with faults. */
async function readChecked(directory: string): Promise<CheckedDraft> {
  const { readDraft } = await import('../filing/index.js');
  const { files, findings } = await readDraft(directory);
  const wrong = [...findings, ...checkDraft(files, Date.now())];
  if (wrong.length > 0) {
    const { file, element, message } = wrong[0]!;
    throw new UsageError(
      printable(`${directory}/${file}: ${element}: ${message}; see hashsieve report check`),
    );
  }
  const manifest = files.get(manifestName)!;
  const drafted = readManifest(manifest);
  if (drafted?.authority !== 'ncmec')
    throw new UsageError(`${printable(directory)} is no draft for NCMEC: draft it with --to ncmec`);
  return { directory, files, manifest, events: drafted.events };
}

interface Records {
  readonly own: Journal;
  readonly ledger: Ledger | undefined;
  readonly options: SubmitOptions;
  readonly around: Around;
}

/**
 * Opens the record of earlier requests and answers, to which further ones are added: the journal beside the draft and
 * its copy in the ledger. Raises UsageError where other drafts filed some of the events, or where the journal lacks
 * records that the ledger has.
 */
async function openRecords(
  { directory, manifest }: CheckedDraft,
  place: { readonly service: 'production' | 'test'; readonly endpoint: string },
  { own, ledger, options, around }: Records,
): Promise<Pick<Journal, 'records' | 'append'>> {
  const { copiedToLedger, refuseFiledBefore } = await import('../filing/index.js');
  const startOver = options.startOver === true;
  const warn = (line: string) => around.voice.say(line);
  const journal = ledger
    ? copiedToLedger(own, ledger, { directory, ...place, startOver, manifest, warn })
    : own;
  const records = [...journal.records];
  if (!options.fileAgain)
    await refuseFiledBefore(directory, manifest, { ...place, records: startOver ? [] : records }, ledger);
  if (startOver) {
    const record = { at: new Date().toISOString(), ...place, kind: 'start-over' } as const;
    await journal.append(record);
    records.push(record);
  }
  return { records, append: (record: (typeof records)[number]) => journal.append(record) };
}

/** Reads a file that the user named. Raises UsageError. */
async function readNamed(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`file ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * Makes attachments of the named files, each recognised by its digest. Raises UsageError for a file that is not one of
 * the draft's.
 */
async function attachmentsOf(
  named: readonly string[],
  { events, files }: CheckedDraft,
  allowMissing: boolean,
): Promise<readonly Attachment[]> {
  const paths = await byDigest(named, events);
  const attachments = events.flatMap((event, i): readonly Attachment[] => {
    const path = paths.get(event.digests.sha256);
    if (path === undefined) return [];
    const info = `fileinfo-${String(i + 1).padStart(3, '0')}.xml`;
    const xml = files.get(info)!;
    if (!xml.includes(`>${reportIdPlaceholder}<`) || !xml.includes(`>${fileIdPlaceholder}<`)) {
      throw new UsageError(
        `${info}: report and file id must be ${reportIdPlaceholder} and ${fileIdPlaceholder}`,
      );
    }
    const { md5 } = event.digests;
    const fileName = event.fileName || info.replace('.xml', '');
    return [{ info, xml, md5, fileName, read: () => readNamed(path) }];
  });
  if (attachments.length < events.length && !allowMissing) {
    throw new UsageError(
      `${events.length - attachments.length} of ${events.length} file(s) of the draft are not named: give each with --file, ` +
        'or --without-files to file the report without them and without their details',
    );
  }
  return attachments;
}

/** Paths by the SHA-256 of their files. Raises UsageError for a file that is not one of the draft's. */
async function byDigest(
  named: readonly string[],
  events: Manifest['events'],
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  for (const path of named) {
    const bytes = await readNamed(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!events.some((event) => event.digests.sha256 === sha256)) {
      const inner = events.some(({ member, part }) => member !== undefined || part !== undefined);
      throw new UsageError(
        `file ${printable(path)}: it is none of the draft's files; only those are uploaded` +
          (inner ? ' (an archive or a picture around one of them is not: see CHECKLIST.md)' : ''),
      );
    }
    paths.set(sha256, path);
  }
  return paths;
}
