import { Busy, TooLarge, type UploadAnswer } from '../../../app/index.js';
import { refusalName } from '../answers.js';

/** Headers of every answer. They allow no CORS, so no page in a browser can read the answer. */
export const commonHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** An answer in JSON. */
export const reply = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...commonHeaders, ...headers },
  });

/** An answer that says what is wrong with a request. */
export const problem = (
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Response => reply(status, { error }, headers);

/** Raised for a request that the front cannot serve; `status` is that of the answer, the message its text. */
export class BadRequest extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The header that names the seconds after which a host may try again. */
export const retryAfter = { 'retry-after': '2' } as const;

/** The answer for an error that a host can mend or wait out; undefined for every other. */
export function problemOf(error: unknown): Response | undefined {
  if (error instanceof BadRequest) return problem(error.status, error.message, closing(error.status));
  if (error instanceof TooLarge) return problem(413, error.message, closing(413));
  if (error instanceof Busy) return problem(503, error.message, { ...retryAfter, ...closing(503) });
  return undefined;
}

/** The header that ends the connection, for statuses with which the front does not read the rest of a body. */
const closing = (status: number): Record<string, string> =>
  status === 413 || status === 503 || status === 400 ? { connection: 'close' } : {};

/** The status of an answer to an upload. */
export function statusOf({ verdict, refuse }: Pick<UploadAnswer, 'verdict' | 'refuse'>): number {
  if (verdict === 'match') return 451;
  if (verdict === 'unrecorded') return 503;
  return refuse ? 422 : 200;
}

/** The answer to an upload, without anything that the uploader may not learn. */
export function verdictReply(answer: UploadAnswer, request: string, more: object = {}): Response {
  const { verdict, refuse, event, reason } = answer;
  return reply(
    statusOf(answer),
    {
      verdict,
      refused: refuse,
      ...(event === undefined ? {} : { event }),
      ...(refuse ? { name: refusalName(answer) } : {}),
      ...(reason === undefined ? {} : { reason }),
      request,
      ...more,
    },
    verdict === 'unrecorded' ? retryAfter : {},
  );
}
