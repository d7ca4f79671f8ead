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
  const [mark] = /^(\xff\xfe|\xfe\xff)/.exec(head) ?? [];
  const wide = mark === undefined ? undefined : mark === '\xff\xfe' ? 'utf-16le' : 'utf-16be';
  const told = decoderOf(wide ?? /charset\s*=\s*["']?([\w-]+)/i.exec(contentType)?.[1]);
  const own = decoderOf(/<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]);
  // That it can be read here says that it is none (HTML, 13.2.3.2).
  const isWrong = own?.encoding.startsWith('utf-16');
  return (told ?? (isWrong ? undefined : own) ?? new TextDecoder()).decode(bytes);
}

/** Undefined for a name that is none of an encoding. */
function decoderOf(name: string | undefined) {
  try {
    return name === undefined ? undefined : new TextDecoder(name);
  } catch {
    return undefined;
  }
}
