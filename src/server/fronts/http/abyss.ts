import type { UploadAnswer } from '../../../app/index.js';
import { receiveBody } from './body.js';
import { reply } from './replies.js';
import type { Route } from './types.js';
import { scanFiles } from './uploads.js';

/** The labels of the answer by category. Automod acts on `csam` and `csem`. */
const labels = {
  csam: 'csam',
  exploitative: 'csem',
  ncii: 'ncii',
  own: 'own',
  test: 'test',
  'harmful-abusive-material': 'harmful',
} as const;

function hitsOf({ verdict, results }: UploadAnswer): { readonly label: string }[] {
  if (verdict !== 'match') return [];
  const found = results.flatMap((result) => (result.outcome === 'matched' ? result.matches : []));
  const told = found.filter(({ suppressed }) => !suppressed).map(({ category }) => labels[category]);
  return [...new Set(told)].map((label) => ({ label }));
}

/**
 * The route of abyss that Bluesky's automod calls. It sends the raw blob, names the account as `did`, and shows the
 * token as the password of `admin`. It labels and reports what the items of the answer name.
 */
export const abyssRoute: Route = {
  method: 'POST',
  path: '/xrpc/com.atproto.unspecced.scanBlob',
  async handle(call) {
    const { incoming, setup, url } = call;
    const uploader = url.searchParams.get('did') ?? undefined;
    const receipt = await receiveBody(incoming, setup.uploads);
    const [answer] = await scanFiles(call, [{ receipt }], uploader === undefined ? {} : { uploader });
    if (answer!.verdict === 'unread' && answer!.refuse) return reply(422, { error: answer!.reason });
    if (answer!.verdict === 'unrecorded') return reply(503, { error: 'try again' });
    return reply(200, { blob: null, match: { status: 'success', hits: hitsOf(answer!) } });
  },
};
