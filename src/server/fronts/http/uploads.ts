import type { Upload, UploadAnswer, UploadSaid } from '../../../app/index.js';
import { printable } from '../../../core/index.js';
import { logAnswer } from '../answers.js';
import { type ReceivedFile, receiveFiles } from './body.js';
import { BadRequest, verdictReply } from './replies.js';
import type { Call, Route } from './types.js';
import { saidOf } from './upload-headers.js';

/** The verdicts, the gravest first. */
const gravity = ['unrecorded', 'match', 'unread', 'possible', 'clear', 'skipped'] as const;

/** Scans the files of a call, logs each answer, and releases the receipts. Returns the answers, the gravest first. */
export async function scanFiles(
  call: Call,
  files: readonly ReceivedFile[],
  known: Partial<UploadSaid> = {},
): Promise<readonly UploadAnswer[]> {
  const { setup, incoming, request } = call;
  const said = { ...saidOf(incoming), ...known };
  const scanned = files.map(async ({ receipt, name }) => {
    const bytes = receipt.bytes();
    const answer = await setup.uploads.scan({
      bytes,
      via: 'http',
      ...said,
      ...(said.name === undefined && name !== undefined ? { name } : {}),
    });
    logAnswer(setup, { front: 'http', request, bytes: bytes.length }, answer);
    return answer;
  });
  try {
    await Promise.allSettled(scanned);
    const answers = await Promise.all(scanned);
    return answers.sort((a, b) => gravity.indexOf(a.verdict) - gravity.indexOf(b.verdict));
  } finally {
    for (const { receipt } of files) receipt.release();
  }
}

/**
 * Scans the uploads that a hook names, one after the other, and logs each answer. Raises BadRequest with 503 where it
 * could not fetch an upload or note a match, so that the caller tries again. A match that it finds twice is one event.
 */
export async function scanTold(call: Call, uploads: readonly Upload[]): Promise<readonly UploadAnswer[]> {
  const { setup, request } = call;
  const answers: UploadAnswer[] = [];
  for (const upload of uploads) {
    const answer = await setup.uploads.scan(upload);
    logAnswer(setup, { front: 'http', request, bytes: 0 }, answer);
    answers.push(answer);
  }
  if (answers.some(({ verdict, reason }) => verdict === 'unrecorded' || reason?.startsWith('fetch/')))
    throw new BadRequest(503, 'a file could not be fetched, or a match not noted: try again');
  return answers;
}

/** The details for a caller who showed the token: matches with list and entry, never a listed hash. */
const detailOf = (answers: readonly UploadAnswer[]) => ({
  results: answers.flatMap(({ results }) =>
    results.map((result) => ({
      outcome: result.outcome,
      ...(result.ref.member === undefined ? {} : { member: printable(result.ref.member) }),
      ...(result.ref.part === undefined ? {} : { part: result.ref.part }),
      ...(result.outcome === 'matched'
        ? { matches: result.matches.map(({ listedHash: _, ...match }) => match) }
        : {}),
      ...(result.outcome === 'failed' ? { code: `${result.stage}/${result.code}` } : {}),
      ...(result.outcome === 'skipped' ? { code: result.reason } : {}),
    })),
  ),
});

/** `POST /v1/scan`: the body is the file, or a form with files. The answer has the gravest verdict of all files. */
export const scanRoute: Route = {
  method: 'POST',
  path: '/v1/scan',
  async handle(call) {
    const { incoming, setup, url, request, isTrusted } = call;
    const isDetailed = url.searchParams.get('detail') === '1' && isTrusted;
    const answers = await scanFiles(call, await receiveFiles(incoming, setup.uploads));
    const [gravest] = answers;
    return verdictReply(gravest!, request, isDetailed ? detailOf(answers) : {});
  },
};
