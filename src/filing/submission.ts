/** The record of filing one draft: one JSON object a line in `submission.jsonl`, only ever added to. */

export type Service = 'production' | 'test';
export type Step = 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';

/** One line of the record. A request is written before it goes out, its answer when it came. Never credentials. */
export interface SubmissionRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly service: Service;
  /** Base address of the service. */
  readonly endpoint: string;
  /** `start-over`: a person decided that what went before is void. */
  readonly kind: 'request' | 'answer' | 'start-over';
  readonly step?: Step;
  /** Name of the draft's file that the step is about. */
  readonly file?: string;
  /** The open report that a request belongs to. */
  readonly reportId?: string;
  /** SHA-256 of what was sent, hex. */
  readonly bodySha256?: string;
  /** Of details of a file: SHA-256 of them in the draft, before the ids were filled in, hex. */
  readonly draftSha256?: string;
  /** HTTP status. */
  readonly status?: number;
  readonly responseCode?: number;
  readonly responseDescription?: string;
  readonly fileId?: string;
  /** MD5 of the file as the service received it, hex. */
  readonly hash?: string;
  /** The service's header for its support. */
  readonly requestId?: string;
  /** What the service answered, whole (at most 10 000 characters). */
  readonly body?: string;
}

/** Codes of the service that the flow depends on. */
export const codes = {
  success: 0,
  noSuchReport: 5001,
  alreadyRetracted: 5101,
  alreadyFinished: 5102,
} as const;
/** Codes after which the same request may be sent again. */
export const retryable: readonly number[] = [1000, 1100, 1110, 1111, 1300];

/** Lines of a record. An unfinished last line (the power went) is passed over; any other damage raises SyntaxError. */
export function readRecords(text: string): readonly SubmissionRecord[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    if (line === '') return [];
    try {
      return [JSON.parse(line) as SubmissionRecord];
    } catch {
      if (i === lines.length - 1) return [];
      throw new SyntaxError(`line ${i + 1} is no JSON`);
    }
  });
}

/** Numbers of the reports that were finished with a service. */
export function finishedReports(text: string, service: Service): readonly number[] {
  return readRecords(text)
    .filter((record) => record.kind === 'answer' && record.service === service)
    .filter((record) => isFinished(record) && record.reportId !== undefined)
    .map((record) => Number(record.reportId));
}

/** A finish that succeeded; or any step that learned that the report had been finished before. */
const isFinished = (record: SubmissionRecord): boolean =>
  (record.step === 'finish' && record.responseCode === codes.success) ||
  ((record.step === 'finish' || record.step === 'retract') && record.responseCode === codes.alreadyFinished);

/** How far filing has come. */
export interface Progress {
  /** Number of the report that was finished: nothing may be sent any more. */
  readonly finished?: string;
  /** Number of the report that is open. */
  readonly reportId?: string;
  /** SHA-256 of the report that was submitted under `reportId`. */
  readonly reportSha256?: string;
  /** Draft's file → what the service said of its upload: id, and MD5 of what it received. */
  readonly uploaded: ReadonlyMap<string, { readonly fileId: string; readonly hash: string }>;
  /** Files whose details the service has → SHA-256 of them in the draft; empty where the record does not tell. */
  readonly described: ReadonlyMap<string, string>;
  /** Requests to finish that no clear answer came to: while there is one, nothing but asking again is safe. */
  readonly openFinishes: number;
  /** The last request has no answer, or one that ends the open report. */
  readonly broken: boolean;
}

const fresh: Progress = { uploaded: new Map(), described: new Map(), openFinishes: 0, broken: false };

function answered(progress: Progress, record: SubmissionRecord): Progress {
  const { step, responseCode, file, reportId, fileId } = record;
  if (isFinished(record)) return { ...progress, finished: reportId ?? progress.reportId ?? '' };
  if (step === 'retract') {
    const gone = [codes.success, codes.noSuchReport, codes.alreadyRetracted].some(
      (code) => code === responseCode,
    );
    return gone ? fresh : { ...progress, broken: true };
  }
  if (responseCode !== codes.success) {
    const settled = step === 'finish' && responseCode !== undefined ? 1 : 0;
    const openFinishes = progress.openFinishes - settled;
    // The service no longer knows the report, and none of our requests can have finished it.
    if (settled === 1 && responseCode === codes.noSuchReport && openFinishes === 0) return fresh;
    return { ...progress, openFinishes, broken: true };
  }
  if (step === 'submit' && reportId !== undefined) {
    return { ...progress, reportId, broken: false };
  }
  if (step === 'upload' && file !== undefined && fileId !== undefined) {
    const upload = { fileId, hash: record.hash?.toLowerCase() ?? '' };
    return { ...progress, uploaded: new Map(progress.uploaded).set(file, upload), broken: false };
  }
  if (step === 'fileinfo' && file !== undefined) {
    const described = new Map(progress.described).set(file, record.draftSha256 ?? '');
    return { ...progress, described, broken: false };
  }
  return { ...progress, broken: true };
}

function advance(progress: Progress, record: SubmissionRecord): Progress {
  if (progress.finished !== undefined) return progress;
  if (record.kind === 'start-over') return fresh;
  if (record.kind === 'answer') return answered(progress, record);
  if (record.step === 'submit') {
    return { ...fresh, broken: true, ...(record.bodySha256 ? { reportSha256: record.bodySha256 } : {}) };
  }
  const finishes = record.step === 'finish' ? 1 : 0;
  return { ...progress, broken: true, openFinishes: progress.openFinishes + finishes };
}

/** What the record says of one service. A report that was finished stays finished, whatever follows. */
export const progressOf = (
  records: readonly SubmissionRecord[],
  service: Service,
  endpoint: string,
): Progress =>
  records
    .filter((record) => record.service === service && record.endpoint === endpoint)
    .reduce(advance, fresh);
