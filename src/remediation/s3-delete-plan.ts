import { s3Place } from '../core/index.js';
import { json, parsed } from './addresses.js';
import type { BlockFormat, BlockTarget } from './types.js';

interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/** The object of `s3://bucket/key`, or of an address at Amazon in either style; undefined for any other text. */
export function objectOf(text: string | undefined): S3Object | undefined {
  if (text?.startsWith('s3://')) {
    const place = s3Place(text);
    return place?.key ? place : undefined;
  }
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { hostname, pathname } = new URL(text);
  const path = pathname.slice(1);
  const decode = (key: string): string | undefined => {
    try {
      return decodeURIComponent(key) || undefined;
    } catch {
      return undefined;
    }
  };
  const of = (bucket: string | undefined, raw: string): S3Object | undefined => {
    const key = decode(raw);
    return bucket && key ? { bucket, key } : undefined;
  };
  const host = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(hostname);
  if (!host) return undefined;
  return host[1] ? of(host[1], path) : of(path.split('/')[0], path.slice(path.indexOf('/') + 1));
}

/** The most keys that DeleteObjects accepts. */
const maxKeys = 1000;

const notice =
  'A plan, not an action. Deleting destroys evidence: report first, and preserve what the law demands. ' +
  'In a bucket with versions a delete only hides the object. Give each request to: aws s3api delete-objects --cli-input-json';

const request = (bucket: string, keys: readonly string[]) => ({
  Bucket: bucket,
  Delete: { Objects: keys.map((key) => ({ Key: key })), Quiet: false },
});

const ruleOf = (bucket: string, key: string): string => JSON.stringify({ bucket, key });

export const s3DeletePlan: BlockFormat = {
  about: 'S3: requests for aws s3api delete-objects --cli-input-json; preserve what the law demands first',
  rulesFor(targets) {
    const left: { target: BlockTarget; reason: string }[] = [];
    const rules: string[] = [];
    for (const target of targets) {
      const object = objectOf(target.uri) ?? objectOf(target.url);
      if (object) rules.push(ruleOf(object.bucket, object.key));
      else left.push({ target, reason: 'it is no object in S3' });
    }
    return { rules, left };
  },
  write(rules) {
    const buckets = new Map<string, string[]>();
    for (const { bucket, key } of rules.map((rule) => JSON.parse(rule) as S3Object))
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), key]);
    const requests = [...buckets].flatMap(([bucket, keys]) =>
      Array.from({ length: Math.ceil(keys.length / maxKeys) }, (_, i) =>
        request(bucket, keys.slice(i * maxKeys, (i + 1) * maxKeys)),
      ),
    );
    return json({ notice, requests });
  },
  read(text) {
    const plan = parsed(text) as { readonly requests?: unknown } | null | undefined;
    if (!Array.isArray(plan?.requests)) return undefined;
    const requests = (plan.requests as readonly Partial<ReturnType<typeof request>>[]).map((one) => ({
      bucket: String(one?.Bucket),
      keys: (one?.Delete?.Objects ?? []).map(({ Key }) => String(Key)),
    }));
    const again = json({ notice, requests: requests.map(({ bucket, keys }) => request(bucket, keys)) });
    if (again !== json(plan)) return undefined;
    return requests.flatMap(({ bucket, keys }) => keys.map((key) => ruleOf(bucket, key)));
  },
};
