import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Upload } from '../../../app/index.js';
import { receiveBody } from './body.js';
import { fieldOf, itemsOf, textOf } from './json.js';
import { BadRequest, problem, reply } from './replies.js';
import type { Call, Route } from './types.js';
import { scanTold } from './uploads.js';
import { webAddress } from './urls.js';

/** The most attachments of one status; Mastodon allows four, its forks more. */
const mostAttachments = 40;

/**
 * The webhooks of Mastodon for `status.created` and `status.updated`: the front fetches and scans the attachments.
 * Mastodon shows no token; it signs the body with the webhook's secret. It tries again, up to 16 times, where the
 * answer is no 2xx.
 */
export const mastodonRoute: Route = {
  method: 'POST',
  path: '/hooks/mastodon',
  isOpen: true,
  async handle(call) {
    if (call.setup.mastodonSecret === undefined)
      return problem(404, 'no webhook is expected: give --mastodon-secret-file');
    const hook = await signedBody(call, call.setup.mastodonSecret);
    if (!/^status\.(created|updated)$/.test(textOf(hook, 'event') ?? '')) return reply(200, { scanned: 0 });
    const attachments = itemsOf(mostAttachments, hook, 'object', 'media_attachments');
    const answers = await scanTold(
      call,
      attachments.map((attachment) => uploadOf(hook, attachment)),
    );
    return reply(200, { scanned: answers.length, matched: answers.filter(({ event }) => event).length });
  },
};

/** Reads the JSON of the body. Raises BadRequest where the body is not signed with the secret or is no JSON. */
async function signedBody({ incoming, setup }: Call, secret: string): Promise<unknown> {
  const receipt = await receiveBody(incoming, setup.uploads);
  try {
    const body = receipt.bytes();
    const given = /^sha256=([0-9a-f]{64})$/i.exec(String(incoming.headers['x-hub-signature'] ?? ''))?.[1];
    const wanted = createHmac('sha256', secret).update(body).digest();
    if (given === undefined || !timingSafeEqual(Buffer.from(given, 'hex'), wanted))
      throw new BadRequest(401, 'the signature is not that of the secret');
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
  } catch (error) {
    throw error instanceof BadRequest ? error : new BadRequest(400, 'the body is no JSON');
  } finally {
    receipt.release();
  }
}

function uploadOf(hook: unknown, attachment: unknown): Upload {
  const url = textOf(attachment, 'url') ?? textOf(attachment, 'remote_url');
  // Mastodon is still converting the attachment. Its next try will name the address.
  if (url === undefined) throw new BadRequest(503, 'an attachment has no address yet');
  const account = fieldOf(hook, 'object', 'account');
  return {
    url: webAddress(url),
    via: 'http',
    uploader: textOf(account, 'acct') ?? textOf(account, 'id'),
    at: textOf(hook, 'object', 'created_at'),
  };
}
