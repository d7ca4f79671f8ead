import type { WebPage } from './web.js';

const textType = /^\s*text\/|html|[/+]xml\s*(;|$)/i;

/**
 * True for what may be a page. Beyond what the server says, the bytes decide: no picture, video or archive is without zero
 * bytes at its beginning, save by chance; a PDF document may be, and a page may have some.
 */
export function isText({ bytes, contentType = '' }: WebPage): boolean {
  if (/^\s*(image|video|audio)\//i.test(contentType)) return false;
  if (contentType.trim() !== '' && !textType.test(contentType)) return false;
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const isMarkup = /^(\xff\xfe|\xfe\xff|\xef\xbb\xbf)?[\s\0]*</.test(head);
  const isWide = /^(\xff\xfe|\xfe\xff)/.test(head);
  return isMarkup || isWide || !(head.includes('\0') || head.includes('%PDF-'));
}

/** A page as text, in the encoding that its mark, the server or the page itself names. */
export function textOf({ bytes, contentType = '' }: Pick<WebPage, 'bytes' | 'contentType'>): string {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const named =
    mark ??
    /charset\s*=\s*["']?([\w-]+)/i.exec(contentType)?.[1] ??
    /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  try {
    return new TextDecoder(named ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
