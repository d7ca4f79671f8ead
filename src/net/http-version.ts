import type { IncomingHttpHeaders } from 'node:http';

/** The facts of a response by which a later request asks whether it changed (RFC 9110 §13). */
interface Validators {
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly etag?: string;
  readonly modified?: string;
}

/**
 * Milliseconds by which Last-Modified must be older than the answer: a younger file may change again in the same
 * second.
 */
const settledMs = 60_000;
/** The same for a response with an ETag, which many servers (nginx) make from that second and the size alone. */
const settledWithTagMs = 5_000;

/**
 * Version of a response, as `Asset.version`. Only a strong ETag or a Last-Modified promises the same bytes, and only
 * where the file had not just changed; otherwise undefined.
 */
export function versionOf(url: URL, headers: IncomingHttpHeaders): string | undefined {
  const { etag, date } = headers;
  const modified = headers['last-modified'];
  // NaN where a header is absent or no date.
  const age = Date.parse(date ?? '') - Date.parse(modified ?? '');
  if (etag !== undefined && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag))
    return age < settledWithTagMs ? undefined : JSON.stringify({ url: url.href, etag } satisfies Validators);
  return modified !== undefined && age >= settledMs
    ? JSON.stringify({ url: url.href, modified } satisfies Validators)
    : undefined;
}

/**
 * Headers that ask `url` to answer only if it changed since `version`; empty where the version belongs to another URL.
 */
export function conditions(url: URL, version: string | undefined): Record<string, string> {
  if (version === undefined) return {};
  const { url: answered, etag, modified } = JSON.parse(version) as Validators;
  if (answered !== url.href) return {};
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(modified === undefined ? {} : { 'if-modified-since': modified }),
  };
}
