import { isIP } from 'node:net';

/** Characters that XML 1.0 cannot contain (https://www.w3.org/TR/xml/#charsets), lone surrogates included. */
const notXml =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Makes text from outside safe for XML: writes illegal characters as `\u{…}` and line ends as LF. It keeps letters of
 * any script, joiners and direction marks, because a name in a legal report is evidence.
 */
export const xmlText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(notXml, (char) => `\\u{${char.charCodeAt(0).toString(16).padStart(4, '0')}}`);

/** Length in Unicode characters, as schemas and authorities count it, and not in UTF-16 units. */
export const characters = (text: string): number => [...text].length;

/** True for an address that an authority's form or service accepts unchanged: no blanks, no control characters. */
export const isPlainUrl = (url: string): boolean => /^https?:\/\/[^\s\u0000-\u0020\u007f-\u009f]+$/.test(url);

/** Host of a web address, without port and in lower case; undefined for anything else. */
export function hostOf(url: string): string | undefined {
  if (!isPlainUrl(url) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname;
}

/** A web address without the user name and password that it may hold: they are nobody's business but their owner's. */
export const withoutCredentials = (url: string): string =>
  url.replace(/^(https?:[/\\]*|[a-z][a-z0-9+.-]*:[/\\]+)[^/?#\\]*@/i, '$1');

/**
 * A web address as RFC 3986 writes it, for receivers that take nothing else: international names and characters are
 * encoded, so is what the RFC has no place for. Undefined where it is no web address.
 */
export function uriOf(url: string): string | undefined {
  if (!isPlainUrl(url) || !URL.canParse(url)) return undefined;
  const { origin, pathname, search, hash } = new URL(url);
  const encode = (part: string) =>
    part
      .replace(/%(?![0-9a-f]{2})/gi, '%25')
      .replace(/[^\w.~:/?#@!$&'()*+,;=%-]/g, (character) => encodeURIComponent(character));
  return `${origin}${encode(pathname)}${encode(search)}${hash === '' ? '' : `#${encode(hash.slice(1)).replaceAll('#', '%23')}`}`;
}

/**
 * An IP address as others can use it: without the zone, which names a network card of one machine, and an IPv4 address
 * that IPv6 carries (`::ffff:203.0.113.9`) as IPv4. Undefined where the text is no IP address.
 */
export function plainIp(text: string): string | undefined {
  const ip = text.trim().replace(/%.*$/, '');
  if (isIP(ip) === 0) return undefined;
  if (isIP(ip) === 4) return ip;
  const carried = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(new URL(`http://[${ip}]`).hostname);
  if (!carried) return ip;
  const [high, low] = [carried[1], carried[2]].map((group) => Number.parseInt(group!, 16)) as [
    number,
    number,
  ];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Placeholders in a draft for values that the CyberTipline assigns while a report is filed. */
export const reportIdPlaceholder = '{{REPORT-ID}}';
export const fileIdPlaceholder = '{{FILE-ID}}';
export const placeholder = new RegExp(`${reportIdPlaceholder}|${fileIdPlaceholder}`.replace(/[{}]/g, '\\$&'));
