import { placeBelow, readBelow } from '../read-below.js';
import { receiveJson } from './body.js';
import { textOf } from './json.js';
import { BadRequest, reply } from './replies.js';
import { s3Address } from './s3-events.js';
import type { Call, Route } from './types.js';
import { scanTold } from './uploads.js';

/** The address of a client without its port: `192.0.2.7:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (address: string | undefined): string | undefined =>
  address?.replace(/^\[(.*)\]:\d+$/, '$1').replace(/^([\d.]+):\d+$/, '$1');

/**
 * The hooks of tusd (`-hooks-http`). At `pre-finish` tusd waits for the answer and gives a refusal to the uploader; at
 * `post-finish` it does not. The file stays in the store of tusd either way. The front lets all other hooks pass.
 */
export const tusdRoute: Route = {
  method: 'POST',
  path: '/hooks/tusd',
  async handle(call) {
    const hook = await receiveJson(call.incoming, call.setup.uploads);
    const type = textOf(hook, 'Type');
    if (type !== 'pre-finish' && type !== 'post-finish') return reply(200, {});
    const name = textOf(hook, 'Event', 'Upload', 'MetaData', 'filename');
    const ip = withoutPort(textOf(hook, 'Event', 'HTTPRequest', 'RemoteAddr'));
    const { answer, receipt } = await scanStored(call, hook, { via: 'http', name, ip });
    receipt?.release();
    if (!answer.refuse) return reply(200, {});
    return reply(200, {
      HTTPResponse: {
        StatusCode: answer.verdict === 'match' ? 451 : 422,
        Body: 'refused',
        Header: { 'Content-Type': 'text/plain' },
      },
    });
  },
};

async function scanStored(
  call: Call,
  hook: unknown,
  said: { readonly via: string; readonly name: string | undefined; readonly ip: string | undefined },
) {
  const storage = (key: string) => textOf(hook, 'Event', 'Upload', 'Storage', key);
  const [bucket, key] = [storage('Bucket'), storage('Key')];
  if (storage('Type') === 's3store' && bucket !== undefined && key !== undefined) {
    const [answer] = await scanTold(call, [{ ...said, url: s3Address(bucket, key) }]);
    return { answer: answer! };
  }
  const found = await placeBelow(storage('Path') ?? '', call.setup.tusdRoot);
  const receipt = found ? await readBelow(found.place, found.root, call.setup.uploads) : 'denied';
  if (receipt === 'busy') throw new BadRequest(503, 'too many uploads wait');
  if (typeof receipt === 'string')
    throw new BadRequest(422, 'the file cannot be read: does --tusd-root name the directory of tusd?');
  try {
    const [answer] = await scanTold(call, [{ ...said, bytes: receipt.bytes(), path: found!.place }]);
    return { answer: answer!, receipt };
  } catch (error) {
    receipt.release();
    throw error;
  }
}
