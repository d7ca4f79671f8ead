import { promises as fs } from 'node:fs';
import { printable, type S3Place, s3Place, UsageError } from '../core/index.js';
import { absolutePath } from './paths.js';
import { isPattern } from './pattern.js';
import { checkUrl } from './url.js';

/** What a command-line argument names. Paths are absolute, raw bytes. */
export type Target =
  | { readonly kind: 'directory' | 'file'; readonly path: Uint8Array }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'bucket'; readonly place: S3Place }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'stdin' };

/**
 * Determines what `text` names: `-`, an http(s) URL, a bucket and the beginning of its keys (`s3://bucket/prefix`), an
 * existing directory, anything else that exists (links are followed), or a glob of what exists (`uploads/*.{jpg,png}`).
 * Raises UsageError, which names the text, where it is none of these.
 * @example
 * const told = await tellTarget('./uploads');
 * if (told.kind === 'directory') scanner.scan(sources.directory({ path: told.path }).list());
 */
export async function tellTarget(text: string, cwd?: string): Promise<Target> {
  if (text === '-') return { kind: 'stdin' };
  if (text === '') throw new UsageError('a target is empty; name a file, a directory or a URL');
  if (/^https?:\/\//i.test(text)) {
    const checked = checkUrl(text);
    if (!checked.ok) throw new UsageError(`bad URL: ${checked.message}`);
    return { kind: 'url', url: checked.uri };
  }
  if (/^s3:\/\//i.test(text)) {
    const place = bucketPlace(text);
    if (!place) throw new UsageError(`${printable(text)}: write s3://bucket or s3://bucket/prefix`);
    return { kind: 'bucket', place };
  }
  const path = absolutePath(text, cwd);
  try {
    return { kind: (await fs.stat(path)).isDirectory() ? 'directory' : 'file', path };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
    const later = scheme && otherBuckets[scheme.toLowerCase()];
    if (later) throw new UsageError(`${scheme}: buckets are not read yet, only s3; ${later}`);
    if (!scheme && (await isPattern(text))) return { kind: 'pattern', pattern: text };
    if (scheme) throw new UsageError(`${scheme}: URLs are not fetched, only http, https and s3`);
    const why =
      code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file or directory' : `cannot be read (${code})`;
    throw new UsageError(`${printable(text)}: ${why}`);
  }
}

/** What users can do as long as these cannot be read. */
const gcs =
  'use s3://… with --s3-endpoint https://storage.googleapis.com and an HMAC key, or copy them with gcloud storage';
const azure = 'copy them with azcopy, and scan the copy';
const otherBuckets: Readonly<Record<string, string>> = {
  gs: gcs,
  gcs,
  az: azure,
  azure,
  abfs: azure,
  wasb: azure,
};

/** The prefix as people write it, not percent-encoded. */
function bucketPlace(text: string): S3Place | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(text) ?? [];
  return s3Place(`s3://${bucket}`) && { bucket: bucket!, key };
}
