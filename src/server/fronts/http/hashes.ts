import { UsageError } from '../../../core/index.js';
import { receiveFiles, receiveJson } from './body.js';
import { BadRequest, reply } from './replies.js';
import type { Route } from './types.js';
import { saidOf } from './upload-headers.js';

/** `POST /v1/hash`: answers with the fingerprints of a file. It compares nothing and notes nothing. */
export const hashRoute: Route = {
  method: 'POST',
  path: '/v1/hash',
  async handle({ incoming, setup, request }) {
    const files = await receiveFiles(incoming, setup.uploads);
    try {
      const [file] = files;
      if (files.length > 1) throw new BadRequest(400, 'send one file');
      const { records, reason } = await setup.uploads.hash({
        bytes: file!.receipt.bytes(),
        via: 'http',
        ...saidOf(incoming),
      });
      const hashes = records.map(({ algorithm, hex, recipe, quality, status }) => ({
        ...{ algorithm, hex, recipe, status },
        ...(quality === undefined ? {} : { quality }),
      }));
      return reply(reason === undefined ? 200 : 422, { hashes, ...(reason && { reason }), request });
    } finally {
      for (const { receipt } of files) receipt.release();
    }
  },
};

/** The most hashes of one look-up. */
const mostHashes = 1000;

interface AskedHash {
  readonly algorithm: string;
  readonly hex: string;
}

function isAsked(value: unknown): value is AskedHash {
  const { algorithm, hex } = (value ?? {}) as Record<string, unknown>;
  return typeof algorithm === 'string' && typeof hex === 'string';
}

/**
 * `POST /v1/match`: tells whether hashes are listed. It tells how near, and on which list, only those who show the
 * token.
 */
export const matchRoute: Route = {
  method: 'POST',
  path: '/v1/match',
  async handle({ incoming, setup, url, request, isTrusted }) {
    const body = (await receiveJson(incoming, setup.uploads)) as { readonly hashes?: unknown } | null;
    const hashes = body?.hashes;
    if (!Array.isArray(hashes) || hashes.length === 0 || !hashes.every(isAsked))
      throw new BadRequest(400, 'write {"hashes": [{"algorithm": "pdq", "hex": "…"}]}');
    if (hashes.length > mostHashes) throw new BadRequest(413, `at most ${mostHashes} hashes at a time`);
    const isDetailed = url.searchParams.get('detail') === '1' && isTrusted;
    try {
      const answers = hashes.map((query: AskedHash) => {
        const matches = setup.uploads.match(query).filter(({ suppressed }) => !suppressed);
        const told = matches.map(({ listedHash: _, ...match }) => match);
        return { listed: matches.length > 0, ...(isDetailed ? { matches: told } : {}) };
      });
      return reply(200, { answers, request });
    } catch (error) {
      if (error instanceof UsageError) throw new BadRequest(400, error.message);
      throw error;
    }
  },
};
