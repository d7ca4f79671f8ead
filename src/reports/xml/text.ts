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

/** Placeholders in a draft for values that the CyberTipline assigns while a report is filed. */
export const reportIdPlaceholder = '{{REPORT-ID}}';
export const fileIdPlaceholder = '{{FILE-ID}}';
export const placeholder = new RegExp(`${reportIdPlaceholder}|${fileIdPlaceholder}`.replace(/[{}]/g, '\\$&'));
