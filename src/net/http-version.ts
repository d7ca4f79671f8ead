import type { IncomingHttpHeaders } from 'node:http';

/** What a server says of a response, to ask later whether it is still the same (RFC 9110 §13). */
interface Validators {
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly etag?: string;
  readonly modified?: string;
}

/** A Last-Modified that is younger than this when the answer is given may miss a change in the same second. */
const settledMs = 60_000;
/** The same of one with an ETag, which many servers (nginx) make of that second and the size alone. */
const settledWithTagMs = 5_000;

/**
 * Version of a response, as `Asset.version`. Only a strong ETag, or a Last-Modified, promises the same bytes, and only
 * where the file had settled when the answer was given; otherwise there is no version.
 */
export function versionOf(url: URL, headers: IncomingHttpHeaders): string | undefined {
  const { etag, date } = headers;
  const modified = headers['last-modified'];
  // NaN where one of them is no date or not there.
  const age = Date.parse(date ?? '') - Date.parse(modified ?? '');
  if (etag !== undefined && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag))
    return age < settledWithTagMs ? undefined : JSON.stringify({ url: url.href, etag } satisfies Validators);
  return modified !== undefined && age >= settledMs
    ? JSON.stringify({ url: url.href, modified } satisfies Validators)
    : undefined;
}

/** Headers that ask `url` to answer only if it changed since `version`; none where it was another URL that answered. */
export function conditions(url: URL, version: string | undefined): Record<string, string> {
  if (version === undefined) return {};
  const { url: answered, etag, modified } = JSON.parse(version) as Validators;
  if (answered !== url.href) return {};
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(modified === undefined ? {} : { 'if-modified-since': modified }),
  };
}
