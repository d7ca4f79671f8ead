import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import type * as Saxes from 'saxes';
import { StageError } from '../core/index.js';

/** One address in a sitemap: of a page, of a picture (on the page before it), or of another sitemap. */
export interface SitemapEntry {
  readonly kind: 'page' | 'image' | 'sitemap';
  readonly address: string;
}

/** The most bytes of a sitemap, uncompressed: the protocol's own limit. */
export const maxSitemapBytes = 52_428_800;
/** The most characters of an address; the protocol allows 2048. */
const maxAddress = 8192;
const piece = 65_536;

const refuse = (message: string, cause?: unknown) =>
  new StageError('source', 'bad-sitemap', message, { cause });

function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxSitemapBytes });
  } catch (error) {
    const isBomb = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw refuse(
      isBomb ? `larger than ${maxSitemapBytes} bytes when unpacked` : 'the gzip data are damaged',
      error,
    );
  }
}

const images = new Set(['image:loc', 'video:thumbnail_loc', 'video:content_loc']);

/**
 * The addresses in a sitemap, in an index of sitemaps, or in a text file with one address on each line (sitemaps.org,
 * and the image and video extensions), gzip or not. Raises StageError('source', 'bad-sitemap') for any other file,
 * after it has yielded what comes before the damage. It refuses a document type, because that could declare entities.
 */
export function* sitemapEntries(bytes: Uint8Array): Generator<SitemapEntry> {
  const raw = unpacked(bytes);
  const text = new TextDecoder(raw[0] === 0xff && raw[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(raw);
  if (!text.trimStart().startsWith('<')) {
    for (const line of text.split(/[\r\n]+/)) {
      const address = line.trim();
      if (/^https?:\/\//i.test(address)) yield { kind: 'page', address };
      else if (address !== '') throw refuse('neither XML nor one address a line');
    }
    return;
  }
  yield* xmlEntries(text);
}

function* xmlEntries(text: string): Generator<SitemapEntry> {
  const { SaxesParser } = createRequire(import.meta.url)('saxes') as typeof Saxes;
  const parser = new SaxesParser({});
  const path: string[] = [];
  let found: SitemapEntry[] = [];
  let address = '';
  let failure: StageError | undefined;
  parser.on('doctype', () => {
    failure ??= refuse('it has a document type, which no sitemap needs');
  });
  parser.on('error', (error) => {
    failure ??= refuse(`no XML: ${error.message}`, error);
  });
  parser.on('opentag', ({ name }) => {
    if (path.length < 64) path.push(name.toLowerCase());
    else failure ??= refuse('its elements are nested too deep');
    if (path.length === 1 && !/^(.*:)?(urlset|sitemapindex)$/.test(path[0]!))
      failure ??= refuse('no sitemap');
    address = '';
  });
  const add = (part: string) => {
    if (address.length <= maxAddress) address += part;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const [around = '', name = ''] = path.slice(-2).map((part) => part.replace(/^(?!image:|video:).*:/, ''));
    path.pop();
    const kind =
      name === 'loc' && around === 'url'
        ? 'page'
        : name === 'loc' && around === 'sitemap'
          ? 'sitemap'
          : undefined;
    if (kind === undefined && !images.has(name)) return;
    if (failure) return;
    const whole = address.trim();
    if (whole.length > maxAddress) failure ??= refuse('an address is too long');
    else found.push({ kind: kind ?? 'image', address: whole });
  });
  for (let at = 0; at < text.length && !failure; at += piece) {
    parser.write(text.slice(at, at + piece));
    yield* found;
    found = [];
  }
  if (!failure) parser.close();
  yield* found;
  if (failure) throw failure;
}
