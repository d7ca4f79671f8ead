import { json, parsed } from './addresses.js';
import { objectOf } from './s3-delete-plan.js';
import type { BlockFormat, BlockTarget } from './types.js';

/** `*`, `?` and `$` stand for others in a policy; so written they stand for themselves. */
const arnOf = (bucket: string, key: string): string =>
  `arn:aws:s3:::${bucket}/${key.replaceAll(/[*?$]/g, '$${$&}')}`;

const statement = (resources: readonly string[]) => ({
  Sid: 'HashsieveBlocked',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:GetObject', 's3:GetObjectVersion'],
  Resource: resources,
});

const bucketOf = (arn: string): string => /^arn:aws:s3:::([^/]+)\/./.exec(arn)?.[1] ?? '';

/** One policy per bucket. Denied to everybody, also to CloudFront in front of the bucket, and nothing is destroyed. */
function policies(rules: readonly string[]): object {
  const buckets = new Map<string, string[]>();
  for (const rule of rules) buckets.set(bucketOf(rule), [...(buckets.get(bucketOf(rule)) ?? []), rule]);
  return Object.fromEntries(
    [...buckets].map(([bucket, resources]) => [
      bucket,
      { Version: '2012-10-17', Statement: [statement(resources)] },
    ]),
  );
}

export const s3DenyPolicy: BlockFormat = {
  about:
    'S3, also behind CloudFront: a bucket policy per bucket that denies reading (403) and keeps the objects; add its statement to the policy that the bucket has',
  rulesFor(targets) {
    const left: { target: BlockTarget; reason: string }[] = [];
    const rules: string[] = [];
    for (const target of targets) {
      const object = objectOf(target.uri) ?? objectOf(target.url);
      if (object) rules.push(arnOf(object.bucket, object.key));
      else left.push({ target, reason: 'it is no object in S3' });
    }
    return { rules, left };
  },
  write: (rules) => json({ deny: policies(rules) }),
  read(text) {
    const plan = parsed(text) as { deny?: unknown } | null | undefined;
    if (typeof plan?.deny !== 'object' || plan.deny === null) return undefined;
    const rules = Object.values(plan.deny).flatMap(
      (policy: { Statement?: [{ Resource?: unknown }] } | null) => {
        const resource = policy?.Statement?.[0]?.Resource;
        return Array.isArray(resource) ? resource.map(String) : [''];
      },
    );
    return json({ deny: policies(rules) }) === json(plan) ? rules : undefined;
  },
};
