import type { WebPage } from './web.js';

/** Pages are text: no picture and no video is without zero bytes at its beginning, save by chance. */
export function isText({ bytes, contentType = '' }: WebPage): boolean {
  if (/^\s*(image|video|audio)\//i.test(contentType)) return false;
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return isWide || !bytes.subarray(0, 1024).includes(0);
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
