import { hexToBytes } from '../../../core/index.js';
import { problem, reply } from './replies.js';
import type { Route } from './types.js';
import { webAddress } from './urls.js';

/**
 * The route for PieFed's `IMAGE_HASHING_ENDPOINT`: answers with the PDQ hash of the picture at an address, as 256
 * binary digits. PieFed compares it with its own list where the quality is 70 or more.
 */
export const piefedRoute: Route = {
  method: 'GET',
  path: '/piefed/hash',
  async handle({ setup, url }) {
    const { records, reason } = await setup.uploads.hash({
      url: webAddress(url.searchParams.get('image_url')),
      via: 'http',
    });
    const pdq = records.find(({ algorithm }) => algorithm === 'pdq');
    if (!pdq) return problem(422, reason ?? 'not-an-image');
    if (pdq.hex === null) return reply(200, { pdq_hash_binary: '0'.repeat(256), quality: pdq.quality ?? 0 });
    const digits = Array.from(hexToBytes(pdq.hex), (byte) => byte.toString(2).padStart(8, '0'));
    return reply(200, { pdq_hash_binary: digits.join(''), quality: pdq.quality ?? 0 });
  },
};
