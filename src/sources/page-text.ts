import type { WebPage } from './web.js';

const textType = /^\s*text\/|html|[/+]xml\s*(;|$)/i;

/**
 * True for what may be a page. The bytes decide beyond what the server says: pictures, videos and archives almost
 * always have zero bytes near their beginning. A PDF document may have none, and a page may have some.
 */
export function isText({ bytes, contentType = '' }: WebPage): boolean {
  if (/^\s*(image|video|audio)\//i.test(contentType)) return false;
  if (contentType.trim() !== '' && !textType.test(contentType)) return false;
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const isMarkup = /^(\xff\xfe|\xfe\xff|\xef\xbb\xbf)?[\s\0]*</.test(head);
  const isWide = /^(\xff\xfe|\xfe\xff)/.test(head);
  return isMarkup || isWide || !(head.includes('\0') || head.includes('%PDF-'));
}

/** A page as text, in the encoding that its byte-order mark, the server or the page itself names. */
export function textOf({ bytes, contentType = '' }: Pick<WebPage, 'bytes' | 'contentType'>): string {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const [mark] = /^(\xff\xfe|\xfe\xff)/.exec(head) ?? [];
  const wide = mark === undefined ? undefined : mark === '\xff\xfe' ? 'utf-16le' : 'utf-16be';
  const declared = decoderOf(wide ?? /charset\s*=\s*["']?([\w-]+)/i.exec(contentType)?.[1]);
  const own = decoderOf(/<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]);
  // The page declares UTF-16, but we could only read the declaration because it is something else (HTML, 13.2.3.2).
  const isWrong = own?.encoding.startsWith('utf-16');
  return (declared ?? (isWrong ? undefined : own) ?? new TextDecoder()).decode(bytes);
}

/** The decoder for an encoding; undefined for an unknown name. */
function decoderOf(name: string | undefined) {
  try {
    return name === undefined ? undefined : new TextDecoder(name);
  } catch {
    return undefined;
  }
}
