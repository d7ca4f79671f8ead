import type { Problem } from '../core/types.js';
import type { Body } from '../net/index.js';

/** Bytes that are searched for the beginning of a page: more than any doctype and licence before its first element. */
const headLength = 65_536;
/** The most bytes of an answer that is parsed to recognise JSON. */
const longestJson = 4_000_000;

/** Characters that no text contains (https://mimesniff.spec.whatwg.org/#binary-data-byte). */
const binary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
/** Pictures and documents that begin as text. */
const textual = /^(P[1-7]\s|\/\*\s*XPM|#define\s|#\?RA|#\?RGBE|%!PS|%PDF-|\{\\rtf)/;
/** Names of text files, for which text is the right answer. */
const textName =
  /\.(te?xt|md|csv|tsv|css|[mc]?js|ts|map|xml|rss|atom|ya?ml|toml|ini|log|m3u8?|mpd|vtt|srt|ics|vcf|eml|mbox|mht(ml)?|svg|rtf|x[pb]m|p[bgpn]m|fb2|fodt)$/i;

/** Text that may precede the first element. */
const prologue = /^(?:\s+|<\?[^>]*>|<!--[\s\S]*?-->|<!doctype[^>]*>)/i;
const pageElement =
  /^<(html|head|body|script|style|meta|title|link|base|div|span|table|p|a|br|hr|h[1-6]|iframe|form|center|font|b|i|pre|main|noscript)[\s/>]/i;

/**
 * The problem of an address that should be a picture and answers with a web page, JSON or a message: a login, a
 * challenge, an error with status 200. Undefined where the answer may be a picture, whatever content type the server
 * gives.
 */
export function notPicture({ bytes, contentType = '', url }: Body): Problem | undefined {
  const what = pageOf(bytes, contentType, url);
  if (what === undefined) return undefined;
  const message =
    `it answers with ${what} in place of a picture, perhaps a login, a challenge or an error; ` +
    'name web pages with --pages; --allow-html forgives this';
  return { stage: 'fetch', code: 'not-a-picture', message };
}

function pageOf(bytes: Uint8Array, contentType: string, url: URL): string | undefined {
  const head = textOf(bytes.subarray(0, headLength));
  if (head.trim() === '' || binary.test(head) || textual.test(head)) return undefined;
  const start = withoutPrologue(head);
  if (/^<([\w.-]+:)?svg[\s/>]/i.test(start)) return undefined;
  // Too much text precedes the first element to find it.
  if (start === '' && /svg/i.test(contentType)) return undefined;
  if (/html/i.test(contentType) || /^\s*<!doctype\s+html/i.test(head) || pageElement.test(start))
    return 'a web page';
  if (/[/+]json\s*(;|$)/i.test(contentType) || isJson(bytes, head)) return 'JSON';
  return textName.test(url.pathname) ? undefined : 'text';
}

/** The beginning of a text in the encoding of its byte order mark; for UTF-8 only ASCII is needed. */
function textOf(head: Uint8Array): string {
  const text = Buffer.from(head).toString('latin1');
  const wide = text.startsWith('\xff\xfe')
    ? 'utf-16le'
    : text.startsWith('\xfe\xff')
      ? 'utf-16be'
      : undefined;
  return wide ? new TextDecoder(wide).decode(head) : text.replace(/^\xef\xbb\xbf/, '');
}

function withoutPrologue(head: string): string {
  let rest = head;
  for (let found = prologue.exec(rest); found; found = prologue.exec(rest))
    rest = rest.slice(found[0].length);
  return rest.startsWith('<!--') ? '' : rest;
}

function isJson(bytes: Uint8Array, head: string): boolean {
  if (!/^\s*[[{]/.test(head) || bytes.length > longestJson) return false;
  try {
    JSON.parse(Buffer.from(bytes).toString());
    return true;
  } catch {
    return false;
  }
}
