/** The record of filing one draft: one JSON object a line in `submission.jsonl`, only ever added to. */

export type Service = 'production' | 'test';

/** One line of the record. A request is written before it goes out, its answer when it came. Never credentials. */
export interface SubmissionRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly service: Service;
  readonly kind: 'request' | 'answer' | 'note';
  readonly step: Step;
  /** Name of the draft's file that the step is about. */
  readonly file?: string;
  /** SHA-256 of the body that was sent, hex. */
  readonly bodySha256?: string;
  /** HTTP status. */
  readonly status?: number;
  readonly responseCode?: number;
  readonly responseDescription?: string;
  readonly reportId?: string;
  readonly fileId?: string;
  /** MD5 of the file as the service received it, hex. */
  readonly hash?: string;
  /** The service's header for its support. */
  readonly requestId?: string;
  readonly message?: string;
}

export type Step = 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';

/** Lines of a record; an unfinished last line (the power went) is passed over, any other damage raises SyntaxError. */
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
    .filter((record) => record.kind === 'answer' && record.step === 'finish' && record.service === service)
    .filter((record) => record.responseCode === 0 && record.reportId !== undefined)
    .map((record) => Number(record.reportId));
}
