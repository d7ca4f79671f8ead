import { type CssFaults, cssFaults, cssLinks } from './css-images.js';
import { type Attributes, readElements } from './html-elements.js';

/** Addresses that an HTML page names, as they are written there, each once. */
export interface HtmlLinks {
  readonly images: string[];
  readonly stylesheets: string[];
  /** Of `<base href>`, which all others start from. */
  readonly base?: string;
}

/** The addresses of a `srcset` (HTML, 4.8.4.2.1): up to white space, then a descriptor up to a comma outside of brackets. */
export function srcsetLinks(text: string): string[] {
  const found: string[] = [];
  const gap = /[\s,]*/y;
  const word = /\S+/y;
  for (let at = 0; ; ) {
    gap.lastIndex = at;
    gap.exec(text);
    word.lastIndex = gap.lastIndex;
    const [address] = word.exec(text) ?? [];
    if (address === undefined) return found;
    at = word.lastIndex;
    found.push(address.replace(/,{1,9}$/, ''));
    if (!address.endsWith(',')) at = descriptorEnd(text, at);
  }
}

function descriptorEnd(text: string, from: number): number {
  let isInside = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') isInside = true;
    else if (text[at] === ')') isInside = false;
    else if (text[at] === ',' && !isInside) return at;
  }
  return text.length;
}

/** Attributes that hold one address, whatever the element: those of HTML, and those of scripts that load pictures late. */
const plain = [
  'data-src',
  'data-original',
  'data-lazy-src',
  'data-lazy',
  'data-bg',
  'data-background',
  'data-image',
];
const sets = ['srcset', 'imagesrcset', 'data-srcset', 'data-lazy-srcset'];

/** Elements whose attribute is the address of a picture or a video. */
const sources: Readonly<Record<string, readonly string[]>> = {
  img: ['src'],
  source: ['src'],
  video: ['src', 'poster'],
  input: ['src'],
  embed: ['src'],
  object: ['data'],
  image: ['src', 'href', 'xlink:href'],
  feimage: ['href', 'xlink:href'],
  body: ['background'],
  table: ['background'],
  tr: ['background'],
  td: ['background'],
  th: ['background'],
};

const pictureName =
  /\.(jpe?g|jpe|jfif|png|apng|gif|webp|avif|heic|heif|jxl|bmp|ico|tiff?|tga|p[bgpn]m|mp4|webm|mov|m4v|avi|mkv)$/i;

/** True for an address whose path ends as names of pictures and videos do. */
export function isPictureName(address: string): boolean {
  return pictureName.test(address.replace(/[?#].*$/s, ''));
}

const metaNames =
  /^(og:image(:url|:secure_url)?|og:video(:url|:secure_url)?|twitter:image(:src)?|msapplication-tileimage|thumbnail|image|thumbnailurl)$/;
const linkKinds =
  /(^|\s)(icon|apple-touch-icon(-precomposed)?|apple-touch-startup-image|image_src|mask-icon)(\s|$)/;

function ofMeta(at: Attributes): string[] {
  const names = [at.property, at.name, at.itemprop].map((name) => (name ?? '').toLowerCase().trim());
  return names.some((name) => metaNames.test(name)) ? [at.content ?? ''] : [];
}

function ofLink(at: Attributes): { images: string[]; stylesheets: string[] } {
  const rel = (at.rel ?? '').toLowerCase();
  const href = at.href ?? '';
  const isStyle = /(^|\s)stylesheet(\s|$)/.test(rel) || (rel === 'preload' && at.as === 'style');
  const isImage = linkKinds.test(rel) || (rel === 'preload' && at.as === 'image');
  return { images: isImage ? [href] : [], stylesheets: isStyle ? [href] : [] };
}

/** The addresses of pictures in one element's attributes. */
function* ofElement(name: string, at: Attributes, faults: CssFaults): Generator<string> {
  const own = Object.hasOwn(sources, name) ? sources[name]! : [];
  for (const key of own) if (at[key] !== undefined) yield at[key];
  for (const key of plain) if (at[key] !== undefined) yield at[key];
  for (const key of sets) if (at[key] !== undefined) yield* srcsetLinks(at[key]);
  if ((name === 'a' || name === 'area') && isPictureName(at.href ?? '')) yield at.href!;
  if (name === 'meta') yield* ofMeta(at);
  if (at.style !== undefined) yield* cssLinks(at.style, faults).images;
}

/** Addresses in the order in which they are named first, a number of them and one more at most. */
class Addresses {
  readonly #found = new Set<string>();

  constructor(readonly limit: number) {}

  add(addresses: Iterable<string>): void {
    for (const address of addresses) {
      if (this.#found.size > this.limit) return;
      if (address.trim() !== '') this.#found.add(address);
    }
  }

  list = (): string[] => [...this.#found];
}

/**
 * What a page shows or links to: `img`, `srcset`, `picture`, `video`, `input`, SVG `image`, `object`, `embed`, icons,
 * `og:image` and the like, links to pictures, CSS in attributes and elements, and the attributes of scripts that load
 * pictures late. Scripts are not run. Any text is taken, as browsers take it; raises an Error for CSS that is garbage.
 * Of each kind `limit` addresses and one more are named, at most.
 */
export function htmlLinks(html: string, limit = Number.POSITIVE_INFINITY): HtmlLinks {
  const images = new Addresses(limit);
  const stylesheets = new Addresses(limit);
  const faults = cssFaults();
  let base: string | undefined;
  readElements(html, {
    onElement(name, at) {
      if (name === 'base') base ??= at.href;
      if (name === 'link') {
        const links = ofLink(at);
        images.add(links.images);
        stylesheets.add(links.stylesheets);
      }
      images.add(ofElement(name, at, faults));
    },
    onStyle(css) {
      const links = cssLinks(css, faults);
      images.add(links.images);
      stylesheets.add(links.imports);
    },
  });
  return {
    images: images.list(),
    stylesheets: stylesheets.list(),
    ...(base === undefined ? {} : { base }),
  };
}
