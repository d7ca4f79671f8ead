import { createHash } from 'node:crypto';
import { fileIdPlaceholder, readXml, reportIdPlaceholder, textAt } from '../reports/xml/index.js';
import {
  codes,
  type Progress,
  progressOf,
  retryable,
  type Service,
  type Step,
  type SubmissionRecord,
} from './submission.js';

/** One file to upload: its details in the draft, and its bytes, which are read when they are sent. */
export interface Attachment {
  /** Name of the file in the draft that holds the details: `fileinfo-001.xml`. */
  readonly info: string;
  /** Text of the details, with placeholders for ids. */
  readonly xml: string;
  /** Name under which the file is sent. */
  readonly fileName: string;
  /** MD5 of the detected bytes, hex; the service must have received the same. */
  readonly md5: string;
  /** Reads the bytes. Rejects with an error that says so where they cannot be read. */
  read(): Promise<Uint8Array>;
}

/** A draft, the service to file it with, and how far that has come. */
export interface Filing {
  readonly service: Service;
  /** Base address without a slash at its end. */
  readonly endpoint: string;
  /** Text of report.xml. */
  readonly report: string;
  readonly attachments: readonly Attachment[];
  /** The record of filing so far. */
  readonly records: readonly SubmissionRecord[];
}

/** The body of a request. The step's name is the request's path below the base address. */
export type Body =
  | { readonly kind: 'xml'; readonly text: string }
  | { readonly kind: 'form'; readonly id: string }
  | { readonly kind: 'file'; readonly id: string; readonly fileName: string; readonly bytes: Uint8Array };

/** What the service answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly requestId?: string;
}

/** What `fileDraft` needs from outside. */
export interface FilingPorts {
  /** Sends one request. Rejects where no complete answer came. */
  post(step: Step, body: Body): Promise<Answer>;
  /** Adds to the record; resolves once that is on disk. */
  record(record: SubmissionRecord): Promise<void>;
  /** Waits before try number `attempt` + 1 of a request. */
  pause(attempt: number): Promise<void>;
  /** The time as ISO 8601, UTC. */
  now(): string;
}

/** How a filing ended. */
export type Filed =
  | { readonly outcome: 'filed'; readonly reportId: string; readonly already: boolean }
  /** No report is filed. An open report was taken back, or the service will delete it. */
  | { readonly outcome: 'failed'; readonly step: Step; readonly message: string }
  /** The request to finish was sent, and whether it succeeded is unknown: run it again, or ask the service. */
  | { readonly outcome: 'unknown'; readonly reportId: string; readonly message: string };

const maxTries = 4;
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const bytesOf = (body: Body): string | Uint8Array =>
  body.kind === 'xml' ? body.text : body.kind === 'form' ? body.id : body.bytes;

/** Reads a `reportResponse` or `reportDoneResponse`; returns an empty object for anything else. */
export function readAnswer(xml: string): Partial<SubmissionRecord> {
  try {
    const root = readXml(xml);
    const code = textAt(root, 'responseCode')?.trim() ?? '';
    if (!/^report(Done)?Response$/.test(root.name) || !/^\d+$/.test(code)) return {};
    const text = (name: string, key: string) => {
      const value = textAt(root, name)?.trim();
      return value ? { [key]: value } : {};
    };
    return {
      responseCode: Number(code),
      ...text('responseDescription', 'responseDescription'),
      ...text('reportId', 'reportId'),
      ...text('fileId', 'fileId'),
      ...text('hash', 'hash'),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

class Filer {
  private readonly records: SubmissionRecord[];
  constructor(
    private readonly filing: Filing,
    private readonly ports: FilingPorts,
  ) {
    this.records = [...filing.records];
  }

  get progress(): Progress {
    return progressOf(this.records, this.filing.service, this.filing.endpoint);
  }

  private async note(
    record: Omit<SubmissionRecord, 'at' | 'service' | 'endpoint'>,
  ): Promise<SubmissionRecord> {
    const { service, endpoint } = this.filing;
    const whole = { at: this.ports.now(), service, endpoint, ...record };
    await this.ports.record(whole);
    this.records.push(whole);
    return whole;
  }

  /**
   * Sends one step, and repeats it after the codes that allow that. Returns undefined where no readable answer came.
   */
  async send(
    step: Step,
    body: Body,
    about: Pick<SubmissionRecord, 'reportId' | 'file' | 'draftSha256'>,
  ): Promise<SubmissionRecord | undefined> {
    for (let attempt = 1; ; attempt++) {
      await this.note({ kind: 'request', step, ...about, bodySha256: sha256(bytesOf(body)) });
      const answer = await this.ports.post(step, body).catch(() => undefined);
      // Finishing twice is safe: the service answers the second request with "already finished".
      const again = attempt < maxTries;
      if (!answer) {
        if (step !== 'finish' || !again) return undefined;
      } else {
        const { status, requestId } = answer;
        const said = readAnswer(answer.body);
        const record = await this.note({
          kind: 'answer',
          step,
          ...about,
          ...said,
          status,
          ...(requestId ? { requestId } : {}),
          body: answer.body.slice(0, 10_000),
        });
        if (said.responseCode === undefined && step === 'finish' && again) continue;
        if (said.responseCode === undefined || !retryable.includes(said.responseCode) || !again)
          return record;
      }
      await this.ports.pause(attempt);
    }
  }
}

const explain = (record: SubmissionRecord | undefined): string =>
  record === undefined
    ? 'no answer came'
    : record.responseCode === undefined
      ? `HTTP status ${record.status}, no answer of the service`
      : `code ${record.responseCode}${record.responseDescription ? `: ${record.responseDescription}` : ''}`;

const ok = (record: SubmissionRecord | undefined): record is SubmissionRecord =>
  record?.responseCode === codes.success;

/** Takes the open report back. Returns true where no report is open any more. */
async function retract(filer: Filer, reportId: string): Promise<boolean> {
  await filer.send('retract', { kind: 'form', id: reportId }, { reportId });
  const { progress } = filer;
  return progress.finished === undefined && progress.reportId === undefined;
}

async function failed(filer: Filer, step: Step, message: string): Promise<Filed> {
  const { reportId } = filer.progress;
  const back = reportId === undefined || (await retract(filer, reportId));
  const { finished } = filer.progress;
  if (finished !== undefined) return { outcome: 'filed', reportId: finished, already: true };
  const rest = back
    ? ''
    : `; report ${reportId} could not be taken back: the service deletes it unfinished after 24 hours`;
  return { outcome: 'failed', step, message: message + rest };
}

async function finish(filer: Filer, reportId: string): Promise<Filed> {
  const record = await filer.send('finish', { kind: 'form', id: reportId }, { reportId });
  const { finished, openFinishes } = filer.progress;
  if (finished !== undefined) return { outcome: 'filed', reportId: finished, already: false };
  if (openFinishes > 0) return { outcome: 'unknown', reportId, message: explain(record) };
  return failed(filer, 'finish', explain(record));
}

async function attach(filer: Filer, reportId: string, file: Attachment): Promise<Filed | undefined> {
  const about = { reportId, file: file.info };
  if (!filer.progress.uploaded.has(file.info)) {
    let bytes: Uint8Array;
    try {
      bytes = await file.read();
    } catch (error) {
      return failed(filer, 'upload', `${file.info}: ${(error as Error).message}`);
    }
    const sent = await filer.send(
      'upload',
      { kind: 'file', id: reportId, fileName: file.fileName, bytes },
      about,
    );
    if (!ok(sent)) return failed(filer, 'upload', `${file.info}: ${explain(sent)}`);
  }
  const upload = filer.progress.uploaded.get(file.info);
  if (upload?.hash !== file.md5) {
    return failed(filer, 'upload', `${file.info}: the service received other bytes than were found`);
  }
  if (filer.progress.described.has(file.info)) return undefined;
  const text = file.xml
    .replace(reportIdPlaceholder, () => reportId)
    .replace(fileIdPlaceholder, () => upload.fileId);
  const draftSha256 = sha256(file.xml);
  const answer = await filer.send('fileinfo', { kind: 'xml', text }, { ...about, draftSha256 });
  return ok(answer) ? undefined : failed(filer, 'fileinfo', `${file.info}: ${explain(answer)}`);
}

/** True where the open report differs from the draft: exactly what a person confirmed must be filed. */
function isChanged({ reportSha256, uploaded, described }: Progress, filing: Filing): boolean {
  const details = new Map(filing.attachments.map(({ info, xml }) => [info, sha256(xml)]));
  return (
    reportSha256 !== sha256(filing.report) ||
    [...uploaded.keys()].some((info) => !details.has(info)) ||
    [...described].some(([info, digest]) => digest !== details.get(info))
  );
}

/**
 * Files a draft: submit, then upload and fileinfo for each file, then finish. Continues where the record ends, after
 * any interruption, so that exactly one report is ever finished. A report whose state is uncertain is taken back and
 * filing starts again, until finish was sent; after that nothing but finish is sent. (A report that was opened by a
 * request whose answer was lost is never finished, and the service deletes it.)
 */
export async function fileDraft(filing: Filing, ports: FilingPorts): Promise<Filed> {
  const filer = new Filer(filing, ports);
  const start = filer.progress;
  if (start.finished !== undefined) return { outcome: 'filed', reportId: start.finished, already: true };
  if (start.reportId !== undefined && start.openFinishes > 0) return finish(filer, start.reportId);
  const stale = start.broken || isChanged(start, filing);
  if (start.reportId !== undefined && stale && !(await retract(filer, start.reportId))) {
    const { finished } = filer.progress;
    if (finished !== undefined) return { outcome: 'filed', reportId: finished, already: true };
    return {
      outcome: 'failed',
      step: 'retract',
      message: `report ${start.reportId} could not be taken back`,
    };
  }
  let { reportId } = filer.progress;
  if (reportId === undefined) {
    const opened = await filer.send('submit', { kind: 'xml', text: filing.report }, {});
    ({ reportId } = filer.progress);
    if (!ok(opened) || reportId === undefined) return failed(filer, 'submit', explain(opened));
  }
  for (const file of filing.attachments) {
    const stopped = await attach(filer, reportId, file);
    if (stopped) return stopped;
  }
  return finish(filer, reportId);
}
