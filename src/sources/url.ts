import { UsageError } from '../core/index.js';
import { sourceAsset } from './sourced.js';
import type { Source } from './types.js';

/** The URL as a ref carries it, or what is wrong with it. */
export type CheckedUrl =
  | { readonly ok: true; readonly uri: string }
  | { readonly ok: false; readonly code: 'bad-url' | 'url-credentials'; readonly message: string };

/**
 * Checks an absolute http(s) URL, normalises it and drops its fragment. It refuses a URL with a user name or password:
 * refs end in events, logs and queues, where no secret belongs. No message repeats the URL, which may contain one.
 */
export function checkUrl(text: string): CheckedUrl {
  if (!URL.canParse(text)) return { ok: false, code: 'bad-url', message: 'not an absolute http(s) URL' };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return {
      ok: false,
      code: 'bad-url',
      message: `${url.protocol.slice(0, 20)} URLs are not fetched, only http(s)`,
    };
  if (url.username !== '' || url.password !== '')
    return {
      ok: false,
      code: 'url-credentials',
      message: 'URLs with a user name or password are refused, because URLs appear in the output',
    };
  url.hash = '';
  return { ok: true, uri: url.href };
}

/** One URL from the command line. Raises UsageError where it cannot be fetched. */
export function urlSource(options: { readonly url: string }): Source {
  const checked = checkUrl(options.url);
  if (!checked.ok) throw new UsageError(`bad URL: ${checked.message}`);
  return {
    label: checked.uri,
    async *list(signal) {
      if (!signal?.aborted) yield sourceAsset({ uri: checked.uri });
    },
  };
}
