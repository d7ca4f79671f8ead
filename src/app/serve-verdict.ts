import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  count,
  type ExitPolicy,
  emptySummary,
  fileUri,
  isUnseen,
  namedUri,
  type Summary,
  whyIncomplete,
} from '../core/index.js';
import type { ScanResult, UploadFacts } from '../core/types.js';
import type { Upload, UploadSaid, Verdict } from './serve-types.js';

/** What decides a verdict besides the results. */
export type VerdictPolicy = Pick<ExitPolicy, 'failOn' | 'allowUnsupported' | 'allowDegraded'>;

/** The verdict on an upload that has these results, by the rules of the exit code of `hashsieve scan`. */
export function verdictOf(
  results: readonly ScanResult[],
  policy: VerdictPolicy,
): { readonly verdict: Exclude<Verdict, 'unrecorded'>; readonly reason?: string } {
  const summary: Summary = emptySummary();
  for (const result of results) {
    summary.found += 1;
    count(summary, result);
  }
  const alarming = summary.outcomes.matched - summary.suppressed;
  const sure = alarming - (policy.failOn === 'possible' ? 0 : summary.possible);
  if (sure > 0) return { verdict: 'match' };
  if (whyIncomplete(summary, policy).length > 0) return { verdict: 'unread', reason: reasonIn(results) };
  if (alarming > 0) return { verdict: 'possible' };
  const isPictureless = results.every(({ outcome }) => outcome === 'skipped');
  return { verdict: isPictureless ? 'skipped' : 'clear' };
}

/** The stable code of the first thing that could not be read. */
export function reasonIn(results: readonly ScanResult[]): string {
  for (const result of results) {
    if (result.outcome === 'failed') return `${result.stage}/${result.code}`;
    if (result.outcome === 'skipped' && isUnseen(result.reason)) return result.reason;
    if (result.outcome === 'matched' && result.problem)
      return `${result.problem.stage}/${result.problem.code}`;
  }
  return 'partly-seen';
}

/** Characters of a text from outside that an event keeps. */
const longestText = 255;

const shortened = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : [...text.trim()].slice(0, longestText).join('');

/** What an event keeps of what the host said. What cannot be right is left out: the upload is scanned nevertheless. */
export function uploadFacts({ via, uploader, ip, name, at }: UploadSaid, now: Date): UploadFacts {
  const time = at === undefined ? Number.NaN : Date.parse(at);
  const facts = { uploader: shortened(uploader), name: shortened(name) };
  return {
    at: (Number.isNaN(time) ? now : new Date(time)).toISOString(),
    via,
    ...(facts.uploader === undefined ? {} : { uploader: facts.uploader }),
    ...(ip === undefined || isIP(ip.trim()) === 0 ? {} : { ip: ip.trim() }),
    ...(facts.name === undefined ? {} : { name: facts.name }),
  };
}

/**
 * Address of an upload in results and events. The same file of the same uploader has the same address, so that a host
 * that tries again makes no second event; files of several uploaders have different ones.
 */
export function addressOfUpload(upload: Upload, { uploader, ip, name }: UploadFacts): string {
  const { uri, path } = upload;
  if ('url' in upload) return upload.url;
  if (path !== undefined) return fileUri(Buffer.from(path));
  if (uri !== undefined && /^https?:\/\/[!-~]{3,2000}$/i.test(uri) && URL.canParse(uri)) return uri;
  const who = createHash('sha256')
    .update(JSON.stringify([uploader ?? ip ?? '']))
    .digest('hex')
    .slice(0, 16);
  return `upload:${who}/${namedUri('', name ?? 'upload').slice(1)}`;
}
