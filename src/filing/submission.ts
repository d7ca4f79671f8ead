/** The record of filing one draft: one JSON object a line in `submission.jsonl`. Lines are only ever added. */

export type Service = 'production' | 'test';
/** The steps of a filing, by the names of NCMEC's CyberTipline API. */
export type Step = 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';

/**
 * One line of the record. A request is written before it is sent, an answer when it arrives. Never holds credentials.
 */
export interface SubmissionRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly service: Service;
  /** Base address of the service. */
  readonly endpoint: string;
  /** `start-over`: a person declared the earlier records void. */
  readonly kind: 'request' | 'answer' | 'start-over';
  readonly step?: Step;
  /** Name of the draft's file that the step concerns. */
  readonly file?: string;
  /** Number of the open report that a request belongs to. */
  readonly reportId?: string;
  /** SHA-256 of the body that was sent, hex. */
  readonly bodySha256?: string;
  /** For the details of a file: their SHA-256 in the draft, before ids were filled in, hex. */
  readonly draftSha256?: string;
  /** HTTP status. */
  readonly status?: number;
  readonly responseCode?: number;
  readonly responseDescription?: string;
  readonly fileId?: string;
  /** MD5 of the file as the service received it, hex. */
  readonly hash?: string;
  /** The header by which the service's support finds the request. */
  readonly requestId?: string;
  /** Body of the answer, up to 10,000 characters. */
  readonly body?: string;
}

/** Response codes on which the flow depends. */
export const codes = {
  success: 0,
  noSuchReport: 5001,
  alreadyRetracted: 5101,
  alreadyFinished: 5102,
} as const;
/** Response codes after which the same request may be sent again. */
export const retryable: readonly number[] = [1000, 1100, 1110, 1111, 1300];

/**
 * Reads the lines of a record. Ignores an incomplete last line, which a power cut leaves; raises SyntaxError for any
 * other damage.
 */
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

/** When a report was finished with the production service, and its number; undefined where none was. */
export function completedReport(
  text: string,
): { readonly at: string; readonly reportId: string } | undefined {
  const finish = readRecords(text).find(
    (record) => record.kind === 'answer' && record.service === 'production' && isFinished(record),
  );
  return finish && { at: finish.at, reportId: finish.reportId ?? '' };
}

/** True for a successful finish, and for any step whose answer says that the report was finished before. */
const isFinished = (record: SubmissionRecord): boolean =>
  (record.step === 'finish' && record.responseCode === codes.success) ||
  ((record.step === 'finish' || record.step === 'retract') && record.responseCode === codes.alreadyFinished);

/** How far a filing is. */
export interface Progress {
  /** Number of the finished report; nothing may be sent any more. */
  readonly finished?: string;
  /** Number of the open report. */
  readonly reportId?: string;
  /** SHA-256 of the report that was submitted under `reportId`, hex. */
  readonly reportSha256?: string;
  /** What the service said of each uploaded file, by its name in the draft: its id, and the MD5 of what it received. */
  readonly uploaded: ReadonlyMap<string, { readonly fileId: string; readonly hash: string }>;
  /** SHA-256 in the draft of the details that the service has, by file; empty where the record does not have it. */
  readonly described: ReadonlyMap<string, string>;
  /** Number of requests to finish without a clear answer. While there is one, only finish may be sent. */
  readonly openFinishes: number;
  /** True where the last request has no answer, or one that ends the open report. */
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

/** How far the filing with one service is. A finished report stays finished, whatever follows. */
export const progressOf = (
  records: readonly SubmissionRecord[],
  service: Service,
  endpoint: string,
): Progress =>
  records
    .filter((record) => record.service === service && record.endpoint === endpoint)
    .reduce(advance, fresh);
