import type { Upload } from '../../../app/index.js';
import { receiveJson } from './body.js';
import { itemsOf, textOf } from './json.js';
import { BadRequest, reply } from './replies.js';
import type { Route } from './types.js';
import { scanTold } from './uploads.js';

/** The most objects of one notification. */
const mostRecords = 100;

/** The address of an object, as `scan` takes it. */
export const s3Address = (bucket: string, key: string): string =>
  `s3://${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

/** Notifications of a bucket, as S3 and MinIO send them: the front fetches and scans every object that was created. */
export const s3EventsRoute: Route = {
  method: 'POST',
  path: '/hooks/s3',
  async handle(call) {
    const body = await receiveJson(call.incoming, call.setup.uploads);
    const records = itemsOf(mostRecords + 1, body, 'Records');
    if (records.length > mostRecords) throw new BadRequest(413, `at most ${mostRecords} records at a time`);
    const answers = await scanTold(call, records.flatMap(uploadIn));
    return reply(200, { scanned: answers.length, matched: answers.filter(({ event }) => event).length });
  },
};

function uploadIn(record: unknown): Upload[] {
  const bucket = textOf(record, 's3', 'bucket', 'name');
  const key = textOf(record, 's3', 'object', 'key');
  if (!/^(s3:)?ObjectCreated:/.test(textOf(record, 'eventName') ?? '')) return [];
  if (bucket === undefined || !/^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket) || key === undefined) return [];
  const name = decodedKey(key);
  return [
    {
      url: s3Address(bucket, name),
      via: 'http',
      name: name.slice(name.lastIndexOf('/') + 1),
      uploader: textOf(record, 'userIdentity', 'principalId'),
      ip: textOf(record, 'requestParameters', 'sourceIPAddress'),
      at: textOf(record, 'eventTime'),
    },
  ];
}

/** Decodes a key. S3 encodes it as in a form: `+` is a blank. */
function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}
